"""The rule of orders: suppliers share out what they have by what is ordered, as in ARIO and BoARIO."""
