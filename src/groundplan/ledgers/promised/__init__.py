"""The promises of a ledger as the engines of steering read them: to be followed, and to be planned again."""
