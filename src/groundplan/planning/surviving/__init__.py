"""Contingencies with decisions of their own, and stores."""
