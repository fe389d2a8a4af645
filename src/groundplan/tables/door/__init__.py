"""The one way in: bytes of a file become labelled cells, or every fault is told."""
