"""Named doctrines and the turnpike."""
