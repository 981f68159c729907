"""One arm against the reference: what is measured, how it is judged, and what is listed beside it."""
