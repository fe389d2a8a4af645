"""The pages of the room of stress."""
