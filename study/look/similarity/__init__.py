"""The search for images that show the same: mirrored, turned, cropped, brightened or saved again."""
