"""Buying, selling, whom from, what to replace, and plans made together."""
