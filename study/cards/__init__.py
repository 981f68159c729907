"""Model cards: what a model was trained on, how good it is, where it fails; a README beside the model."""
