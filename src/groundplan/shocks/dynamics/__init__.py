"""The adaptive engine: an economy as arrays, and how a loss travels through it."""
