"""What would mend a plan that cannot be met: repairs of several kinds, each with its whole consequence."""
