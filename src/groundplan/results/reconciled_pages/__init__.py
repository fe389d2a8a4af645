"""What is said of reported figures: what can be believed of each, and letters to the units that are asked."""
