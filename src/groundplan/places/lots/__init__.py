"""Draws by lot that anyone can check."""
