"""Pages of what is about saved outcomes: two or three side by side, the list of them, and a plan that cannot be."""
