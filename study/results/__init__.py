"""The results folder: journal, events, where it lies, uses of the test split."""
