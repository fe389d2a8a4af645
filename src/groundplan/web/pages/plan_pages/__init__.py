"""The pages of the room Plan, and outcomes and versions side by side."""
