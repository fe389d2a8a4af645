"""Measures that need the accounts of other countries too."""
