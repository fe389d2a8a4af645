"""An overview of an economy: tables, the page of a terminal, the report."""
