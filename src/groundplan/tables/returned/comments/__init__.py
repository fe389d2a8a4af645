"""A workbook given back with notes at its cells: the parts of its container, their XML, and the notes."""
