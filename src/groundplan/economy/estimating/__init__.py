"""Accounts of a year that nobody observed, made from older accounts and from what is known of the year."""
