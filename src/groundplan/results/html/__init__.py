"""Views as HTML: the report, letters and notebooks."""

TEMPLATES = "results/html/templates"  # their folder in the package
