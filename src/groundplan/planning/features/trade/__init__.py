"""Buying and selling, whom from, and what to replace first."""
