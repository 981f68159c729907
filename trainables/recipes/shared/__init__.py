"""Settings that recipes have in common, and phases made of them."""
