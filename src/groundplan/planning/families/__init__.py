"""The kinds of limits of a plan, each one equation, and the rows that they write."""
