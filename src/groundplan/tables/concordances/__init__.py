"""From one list of industries or products to another: weighted tables with their source."""

from groundplan.tables.concordances.concordance import Concordance, Converted, load, names, read

__all__ = ["Concordance", "Converted", "load", "names", "read"]
