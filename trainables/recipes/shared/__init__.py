"""What recipes have in common: `settings`, and `phases` made of them."""
