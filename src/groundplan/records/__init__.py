"""What a file or a user states: a card for every field, one reader and one writer for every kind of file."""
