"""The choice of places and works: its rules, its model and the search for the best."""
