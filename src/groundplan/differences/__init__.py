"""What two or three outcomes of one kind have apart: what was asked of them, and what they came to."""
