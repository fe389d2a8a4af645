"""Scenarios: events, classes of sectors, and the ready ones."""
