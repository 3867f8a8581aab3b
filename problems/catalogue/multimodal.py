"""Many basins, in any dimension."""
