"""What a ledger says, as pages."""
