"""The report's tables: text cells, and plain numbers for other programs."""
