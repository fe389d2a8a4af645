"""Crisis: the planning core on a stress scenario, and what coordination is worth."""
