"""Where a plan will end: how far promises are kept, where that leads, what it does to others, and what may break it."""
