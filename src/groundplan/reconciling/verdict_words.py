"""The three words of auditors for what is thought of a reported figure."""

from __future__ import annotations

# GAO-09-680G, assessing the reliability of computer-processed data (not checked).
RELIABLE, NOT_RELIABLE, UNDETERMINED = "sufficiently reliable", "not sufficiently reliable", "undetermined"
VERDICTS = (RELIABLE, NOT_RELIABLE, UNDETERMINED)
