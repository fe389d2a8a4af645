"""Contingencies with decisions of their own: forks of the plan."""
