"""A plan that cannot be, as an outcome: the clash, the repairs with what follows from each, and what was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.errors import PlanInfeasible
from groundplan.outcome import Outcome
from groundplan.planning.explaining.repairing.repair import RepairLine
from groundplan.records.card import fields_of, stated
from groundplan.sources import cited

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy


def clash_outcome(error: PlanInfeasible, e: Economy, p: Policy) -> Outcome:
    """What is known of a plan that no plan can meet (engine ``clash``).

    Tables: clash (what: each thing that cannot hold with the others, in words), repairs (``RepairLine``: a line for
    each thing that an alternative loosens, with its sentence, its cost as a share of everybody's living standard and
    what follows from it). Provenance: accounts, policy, sources; where the targets stand in the study, and questions
    about figures that look like another unit's.
    """
    specs = fields_of(type(p))
    about = {
        "groundplan": version("groundplan"), "engine": "clash",
        "country": e.country, "country_name": e.country_name, "accounts_year": e.year,
        **({} if e.carried_from is None else {"carried_from": e.carried_from}),
        "years": [e.year + n for n in range(1, p.years + 1)],
        "money": e.money, "employment_unit": e.employment_unit, "not_stated": list(e.not_stated),
        "labels": {**e.labels, **e.names}, "households": list(e.finals("household")),
        "policy": {f.name: stated(getattr(p, f.name)) for f in specs},
        "policy_cards": {f.name: {"unit": f.metadata["unit"], "meaning": f.metadata["meaning"]} for f in specs},
        **cited(e.sources, e.methods, e.assumptions),
        "where": error.where, "questions": list(error.questions),
    }  # fmt: skip
    tables = {"clash": pd.DataFrame({"what": list(error.clash)}), "repairs": repairs_table(error.repairs)}
    return Outcome({}, tables, about)


def repairs_table(repairs: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    """The lines of repairs (``RepairLine``); a cost that could not be found is no number, also where none could be."""
    table = pd.DataFrame([dict(r) for r in repairs], columns=list(RepairLine._fields))
    return table.assign(cost=table["cost"].astype(float))
