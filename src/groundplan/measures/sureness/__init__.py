"""How sure a measure is: the accounts drawn again, and the rankings of every draw."""
