"""Uncertain scenarios: distributions, draws, and ensembles of them."""
