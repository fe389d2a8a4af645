"""A plan asked again: what else, how sure, and what goes where."""
