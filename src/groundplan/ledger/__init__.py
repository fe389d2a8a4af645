"""The ledger of a plan: what was promised, what is reported, and what of it can be believed."""
