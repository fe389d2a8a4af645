"""What can be built in a place, what it takes and what it costs."""
