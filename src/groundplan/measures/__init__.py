"""Measures of dependence and strength: pure functions, economy → one labelled array."""
