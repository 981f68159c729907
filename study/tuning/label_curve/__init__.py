"""A label curve: one study for each number of labels, run one after another and compared."""
