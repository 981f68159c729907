"""From image files to equal squares of 8 bits: formats, depth, colour, rotation, fitting."""
