"""How a choice stands: checked again, put in order, asked what would change it, and how fair it is."""
