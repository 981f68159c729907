"""Response surfaces over searched settings, and what follows from them."""
