"""Figures for managers: what incidents say together, computed from what one reader may see of each."""
