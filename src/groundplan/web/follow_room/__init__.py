"""The room *Follow up*: a project's ledger, what comes in, what can be believed, where it leads, and the plan again."""
