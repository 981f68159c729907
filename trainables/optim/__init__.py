"""Optimizers, losses, and linear heads trained in closed form."""
