"""A crisis: tables, the page of a terminal, the report."""
