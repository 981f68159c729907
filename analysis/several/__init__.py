"""Several finished studies in one comparison: the same arms on several data sets, other arms side by side."""
