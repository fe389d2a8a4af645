"""Stress: what happens to an economy that is cut off, and what it loses until it stands again."""
