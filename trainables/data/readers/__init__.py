"""Sources of images: folders, torchvision data sets, digits."""
