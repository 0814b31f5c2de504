"""Reports that leave the circle: what may appear in them, and how coarsely it is said."""
