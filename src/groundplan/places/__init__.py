"""Who gets what, where and when: places, what they have, what is built there, and how the choice is checked."""
