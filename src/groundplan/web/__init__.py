"""The workbench: the whole chain in a browser, pages written by the server and readable without a script."""
