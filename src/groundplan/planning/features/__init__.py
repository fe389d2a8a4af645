"""What a plan may have in it: each feature in one place, from what a planner states to rows and findings."""
