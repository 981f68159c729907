"""Parts that several commands share: arguments, and what is said at the end."""
