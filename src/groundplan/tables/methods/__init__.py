"""From what publishers print to what is asked of a table: supply and use made symmetric, a world matrix in blocks."""
