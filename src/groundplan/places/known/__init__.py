"""Places as they are given: columns, outlines, ways between them, and the files that they come from."""
