"""Pages of plans that are made again, and of what steering is worth."""
