"""How hypothesis draws where one example is a whole plan: few, the same every time, none kept."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings


def few(examples: int) -> settings:
    """Settings for so many examples; nothing is shrunk, since a smaller plan that fails says no more."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=[HealthCheck.too_slow],
    )
