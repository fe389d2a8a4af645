"""What comes without a plan: a baseline of any economy, and how wrong it was where the years have come."""
