"""What every test shares: drawn cases are the same on every machine, and none is timed."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("groundplan", deadline=None, derandomize=True)
settings.load_profile("groundplan")
