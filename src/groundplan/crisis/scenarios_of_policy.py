"""The scenarios that a policy's contingencies name, read and put as losses by year."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError
from groundplan.planning.features.contingencies.contingency_record import Contingency
from groundplan.planning.features.people.demography import listed
from groundplan.planning.policy import Policy


def with_scenarios(e: Economy, policy: Policy, folder: Path | None = None) -> Policy:
    """The policy with the scenarios of its contingencies read and put as losses by year.

    A scenario is a ready one by name, or a file (``.toml``) looked for in ``folder``, then where the program runs.
    Raises what ``scenario_named``, ``system_of`` and ``shock_of`` raise.
    """
    if not any(c.scenario for c in policy.contingencies):
        return policy
    read = [_in_years(e, policy, c, folder) if c.scenario else c for c in policy.contingencies]
    return dataclasses.replace(policy, contingencies=read)


def with_files(e: Economy, policy: Policy, folder: Path | None = None) -> Policy:
    """The policy with what its files say in its records: a population as lists, scenario files as losses by year.

    Files are looked for in ``folder``, then where the program runs. A policy so filled can be written down and read
    anywhere. Raises what ``listed`` and ``with_scenarios`` raise.
    """
    people = policy.population if policy.population is None else listed(policy.population, folder)
    read = [_in_years(e, policy, c, folder) if c.scenario.endswith(".toml") else c for c in policy.contingencies]
    return dataclasses.replace(policy, population=people, contingencies=read)


def _in_years(e: Economy, policy: Policy, c: Contingency, folder: Path | None) -> Contingency:
    """The contingency with its scenario's losses; what is wrong with its name or file is told with its line."""
    # The day-by-day engine is loaded for plans that have a scenario, and for no other.
    from groundplan.crisis.contingencies import in_years, scenario_named

    try:
        scenario = scenario_named(c.scenario, folder)
    except GroundplanError as error:
        error.where = error.where or c.line or f"contingency '{c.name}'"
        raise
    return in_years(e, policy, c, scenario)
