"""What the rules of the range test are worth: curves, a grid of rates, scores."""
