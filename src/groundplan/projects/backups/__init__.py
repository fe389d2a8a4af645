"""Projects kept in one file each: made while the workbench runs, checked, and brought back with any database."""
