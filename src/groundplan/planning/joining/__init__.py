"""Plans made together: what each brings, what it wins, and how the gain is shared."""
