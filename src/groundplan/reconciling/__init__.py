"""What of reported figures can be believed: least squares under the accounts, tests, verdicts, and their power."""
