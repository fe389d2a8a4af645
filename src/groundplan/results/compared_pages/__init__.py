"""Plans side by side, pushed to their ends, drawn again, joined or asked why not: tables and reports."""
