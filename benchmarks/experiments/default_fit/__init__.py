"""A default without a search: chosen on some tasks, held against a search's winner on those left out."""
