"""Places as a workbook to edit: written with keys and a manifest, read back, and compared with what they were."""
