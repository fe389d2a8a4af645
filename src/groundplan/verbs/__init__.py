"""The words that a user types: one file, one word, one function of one name; ``table`` lists them and their options."""
