"""What comes without a plan, and how wrong plans and baselines were: pages of a terminal and reports."""
