"""An outcome's views as a workbook for spreadsheet programs: text, tables with live totals, native charts, sources."""
