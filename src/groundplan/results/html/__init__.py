"""Views as HTML: the report, letters and notebooks."""
