"""A ministry's own table: the form, the files, and what is read from them when filled."""
