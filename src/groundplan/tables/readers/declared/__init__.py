"""Tables whose layout is declared in a file: what it may say, where its areas stand, and the table that they become."""
