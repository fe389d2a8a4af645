"""A population of three groups of ages, five years wide, small enough for paper."""

from __future__ import annotations

from groundplan.planning.features.people.demography import Population


def three(**more: object) -> Population:
    """Women 100, 80, 60 and men 90, 70, 40 of ages 0, 5 and 10 on; as many girls as boys are born.

    Of those born .9 live to be in the first group, of that .8 to the second, of both older ones .5 stay.
    """
    asked: dict[str, object] = {
        "year": 2020,
        "sex_ratio": 1.0,
        "ages": [0.0, 5.0, 10.0],
        "female": [100.0, 80.0, 60.0],
        "male": [90.0, 70.0, 40.0],
        "survival_female": [0.9, 0.8, 0.5],
        "survival_male": [0.9, 0.8, 0.5],
        "fertility": [0.0, 0.1, 0.05],
        "participation_female": [0.0, 0.5, 0.6],
        "participation_male": [0.0, 0.7, 0.8],
    }
    return Population(**(asked | more))  # type: ignore[arg-type]
