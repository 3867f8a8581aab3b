"""Functions of one coordinate."""
