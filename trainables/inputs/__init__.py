"""Inputs of a network: images on the device, batches, augmentation, activations of a frozen body."""
