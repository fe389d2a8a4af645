"""Who uses the workbench together: the door, one's own page, everybody, the record, and the forms of a unit."""
