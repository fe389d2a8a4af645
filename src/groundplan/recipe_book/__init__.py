"""Recipes: how a unit of a product is made, wherever it is made; and what that comes to in one economy's accounts."""
