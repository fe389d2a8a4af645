"""The one place that talks to solvers: a programme of named sparse rows, and what runs it."""
