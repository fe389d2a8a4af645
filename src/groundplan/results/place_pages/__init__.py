"""A programme of places: tables, words, charts, maps, letters, the page of a terminal, the report."""
