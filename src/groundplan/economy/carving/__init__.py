"""Physical products carved out of their sectors."""
