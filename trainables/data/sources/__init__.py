"""A data set before anything is decoded: as a user writes it, its images as they are listed, what is wrong with it."""
