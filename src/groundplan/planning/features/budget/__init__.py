"""The state's budget and the accounts of a plan."""
