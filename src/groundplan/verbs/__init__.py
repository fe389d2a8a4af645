"""The words that a user types: one file, one word, one function of its name; ``verb_table`` lists their options."""
