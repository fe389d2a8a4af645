"""What an outcome says: a page for a terminal, charts with their tables, and a report that a colleague can print.

Everything here is computed from an ``Outcome`` alone, so that a saved one can be reported again by somebody else.
"""
