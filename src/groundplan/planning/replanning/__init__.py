"""From the state that was reached: the rest of a plan made again, and why it differs from what was planned."""
