"""Accounts of a country without a table, from the structures of others that have one."""
