"""What a planner may state in a study, record by record."""
