"""What comes after the plan, the path that is shown, its prices and how sure its figures are."""
