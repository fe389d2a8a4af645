"""How people live, learn and work in a plan."""
