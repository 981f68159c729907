"""A quick look at a model: a page on this machine that answers about photographs."""
