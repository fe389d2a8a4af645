"""The one data object, how it is checked, and what is estimated where the accounts are silent."""
