"""The time as projects write it: it tells people when. What came first is told by numbers, as clocks are set back."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """The time, UTC, in ISO 8601 to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
