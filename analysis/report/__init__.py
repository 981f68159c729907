"""The report as one HTML file and as text for a terminal."""
