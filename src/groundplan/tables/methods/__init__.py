"""From supply and use to symmetric tables: the models of the manuals."""
