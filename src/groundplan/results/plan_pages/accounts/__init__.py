"""Pages of a plan as accounts: where growth comes from, capital, the budget of the state, foreign exchange."""
