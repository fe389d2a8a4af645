"""Memory that does not suffice, in a sentence: before anything heavy loads, and where it ends on the way."""

from __future__ import annotations

import sys

from groundplan.errors import GroundplanError


def out_of_memory() -> GroundplanError:
    """What is said where memory ended on the way."""
    return GroundplanError(
        "There is not enough memory for this.",
        fix="close other programs, raise the limit (ulimit -v), or ask for less: fewer years, workers or draws",
    )


def refuse_small_memory(least: int) -> None:
    """Refuse to start where this process may not take ``least`` bytes: the libraries that compute wait for memory for
    ever, or abort, instead of saying so. Raises ``GroundplanError``.
    """
    if sys.platform == "win32":
        return
    import resource

    limits = [resource.getrlimit(kind)[0] for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA)]
    allowed = min((limit for limit in limits if limit != resource.RLIM_INFINITY), default=least)
    if allowed < least:
        raise GroundplanError(
            f"This process may take {allowed / 2**20:,.0f} MB of memory; Groundplan needs {least / 2**20:,.0f} MB.",
            where="ulimit -v", fix="raise the limit: ulimit -v unlimited",
        )  # fmt: skip
