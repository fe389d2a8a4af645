"""The languages that Groundplan speaks: which one is spoken, and its sentences."""
