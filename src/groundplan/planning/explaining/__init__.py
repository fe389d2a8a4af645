"""What holds a plan back, why it cannot be met, and what would mend it."""
