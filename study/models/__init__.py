"""Models of winners: written, described, checked, found again, and asked about files."""
