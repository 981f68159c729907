"""Lists of images with their labels: text with a delimiter, Parquet, data frames."""
