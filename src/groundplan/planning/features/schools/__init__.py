"""Skills, and the schools that give them."""
