"""A plan: tables, charts, the page of a terminal, and the report section by section."""
