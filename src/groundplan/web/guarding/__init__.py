"""What stands before every page: whose request it is, what it may ask for, and what no request may be."""
