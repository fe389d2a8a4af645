"""Social accounting matrices: their form, their roles, and the table that they become."""
