"""What a plan makes of growth and of capital, as accounts whose parts sum to the whole."""
