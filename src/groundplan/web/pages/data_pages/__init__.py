"""The room of data: the accounts of a study, files of one's own, what was found in them, and what sectors are."""
