"""What a network is given: images on the device, batches, augmentation, activations of a frozen body."""
