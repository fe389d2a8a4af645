"""The pages of the workbench, a module a room, each with its ``router``."""
