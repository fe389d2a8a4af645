"""A study edited piece by piece, by a form, a repair or a lever, its text kept where nothing was changed."""
