"""Every measure of an economy in one outcome."""
