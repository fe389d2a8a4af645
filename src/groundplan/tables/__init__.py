"""The outside world in: readers that turn a publisher's file into one ``Table`` (see ``table.py``)."""
