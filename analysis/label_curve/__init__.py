"""A label curve: the same arms studied at several numbers of labels, and what a label is worth."""
