"""Techniques: other ways of making a product, their rows and what was taken up."""
