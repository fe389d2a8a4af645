"""Sectors at work: making, investing and the branches that they form."""
