"""A reader for each publisher's files."""
