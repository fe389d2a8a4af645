"""A study as a workbook of forms: written with keys and a manifest, read back, and compared with what it was."""
