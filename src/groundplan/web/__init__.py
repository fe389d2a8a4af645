"""The workbench in a browser: pages, their scripts and the server behind them."""
