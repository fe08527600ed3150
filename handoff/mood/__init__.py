"""How customers feel."""
