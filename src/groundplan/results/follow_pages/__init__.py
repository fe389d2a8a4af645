"""Where a plan will end: the page of a plan that is followed."""
