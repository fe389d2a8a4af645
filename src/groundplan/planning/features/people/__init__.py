"""How many people there are, how they live and where they work."""
