"""A project: a folder of studies, outcomes and runs that the browser workbench and the command line share."""
