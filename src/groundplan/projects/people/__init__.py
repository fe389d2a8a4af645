"""Who uses a project together: people, what each may do, how they sign in, and the record of what happened."""
