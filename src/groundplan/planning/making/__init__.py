"""Sectors, techniques, buildings and projects as activities."""
