"""Functions of two coordinates with sines, exponentials or roots."""
