"""A look at a data set before anything is trained on it: what could spoil a study, with pictures of it."""
