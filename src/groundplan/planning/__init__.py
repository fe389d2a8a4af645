"""The planning core: everything is an activity that turns commodities into commodities."""
