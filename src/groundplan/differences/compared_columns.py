"""Which tables and arrays of a kind of outcome say what came out of it, with their columns in words and their units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

MONEY, YEARLY, SHARE, OWN = "{money}", "{money} / year", "1", "the row's"


class ComparedColumn(NamedTuple):
    """A column that is compared: its words before ``of`` a row, and its unit (``OWN``: what the row's unit says)."""

    name: str
    words: str
    unit: str


class Results(NamedTuple):
    """What is compared of a kind: columns by table, and arrays with their words."""

    tables: Mapping[str, tuple[ComparedColumn, ...]]
    arrays: Mapping[str, str] = {}


def _columns(*columns: tuple[str, str, str]) -> tuple[ComparedColumn, ...]:
    return tuple(ComparedColumn(*c) for c in columns)


RESULTS: Mapping[str, Results] = {
    "plan": Results({}),
    "baseline": Results({}),
    "alternatives": Results(
        {
            "ranges": _columns(("least", "least", OWN), ("best", "in the best plan", OWN), ("most", "most", OWN)),
            "plans": _columns(("loss", "what it gives up of the goal, plan", "{objective_unit}")),
        }
    ),
    "compare": Results(
        {
            "comparison": _columns(
                ("consumption", "household consumption over the plan", MONEY),
                ("discounted", "household consumption, discounted", MONEY),
                ("last", "household consumption in the last year", YEARLY),
                ("collective", "collective consumption", MONEY),
                ("capital", "capital at the end", MONEY),
                ("import_dependency", "imports in supply, last year", SHARE),
                ("import_bill", "imports in the last year", YEARLY),
                ("jobs", "jobs in the last year", "{employment_unit}"),
                ("off_turnpike", "capital off the turnpike", SHARE),
            )
        }
    ),
    "hindcast": Results(
        {"hindcast": _columns(("said", "what was said", OWN), ("came", "what came", OWN), ("miss", "miss", OWN))}
    ),
    "join": Results(
        {
            "joint_countries": _columns(
                ("alone", "worth alone", MONEY),
                ("together", "worth together", MONEY),
                ("gain", "gain", MONEY),
                ("gain_shared", "gain by Shapley's rule", MONEY),
                ("side_payment", "side payment", MONEY),
            ),
            "joint_years": _columns(("alone", "alone", OWN), ("together", "together", OWN)),
        },
        {"shipment": "shipped"},
    ),
    "place": Results(
        {
            "chosen": _columns(("year", "year in which it is chosen", "year of the programme")),
            "built": _columns(("works_from", "first year of works", "year of the programme")),
            "provinces": _columns(("so_far", "places chosen so far", "places")),
            "gaps": _columns(
                ("after", "gap that remains", "{gap}"), ("waiting", "gap times years of waiting", "{gap} times years")
            ),
            "rule_costs": _columns(("cost", "cost of the rule", "")),
        }
    ),
    "robust": Results(
        {
            "shares": _columns(
                ("plan_share", "cases in which the plan keeps", SHARE),
                ("robust_share", "cases in which the robust plan keeps", SHARE),
                ("plan_missed", "share by which the plan misses", SHARE),
                ("robust_missed", "share by which the robust plan misses", SHARE),
            ),
            "margins": _columns(
                ("least_share", "cases in which every wish holds at least, by margin", SHARE),
                ("cost", "what a margin costs if all goes as expected, by margin", SHARE),
                ("mean_cost", "what a margin costs on average over the draws, by margin", SHARE),
            ),
            "compared": _columns(("plan", "the plan's", "{indicator}"), ("robust", "the robust plan's", "{indicator}")),
        }
    ),
    "see": Results(
        {
            "products": _columns(
                ("direct", "imports bought directly", YEARLY),
                ("total", "imports needed in all rounds", YEARLY),
                ("import_share", "imports in supply", SHARE),
                ("self_sufficiency", "self-sufficiency", SHARE),
            ),
            "uses": _columns(("spending", "spending", YEARLY), ("imports", "imports needed in all rounds", YEARLY)),
            "cut_off": _columns(
                ("imports", "imports", YEARLY),
                ("exposed_output_share", "output that hangs on imports", SHARE),
                ("least_loss_share", "least loss if cut off", SHARE),
            ),
            "markets": _columns(
                ("total", "output that hangs on exports", SHARE),
                ("employment", "jobs that hang on exports", "{employment_unit}"),
            ),
            "sectors": _columns(
                ("extraction", "loss if the sector stops", SHARE), ("import_content", "import content", SHARE)
            ),
        }
    ),
    "sensitivity": Results(
        {
            "sensitivity": _columns(
                ("at_low", "at its low end", "{measure}"),
                ("at_base", "as it is", "{measure}"),
                ("at_high", "at its high end", "{measure}"),
                ("swing", "swing", "{measure}"),
            )
        }
    ),
    "stress": Results(
        {
            "range": _columns(
                ("value_added_lost", "value added lost", MONEY),
                ("value_added_lost_share", "value added lost, share of a year's", SHARE),
                ("final_use_lost", "final use lost", MONEY),
                ("final_use_lost_share", "final use lost, share of a year's", SHARE),
                ("exports_lost", "exports lost", MONEY),
                ("imports_cut", "imports cut", MONEY),
                ("least_need_met", "least of a need that is met", SHARE),
                ("sectors_stopped", "sectors that stop", "sectors"),
                ("recovered", "day on which output is back", "day"),
            ),
            "stops": _columns(
                ("first_stop", "first day of standstill", "day"),
                ("output_lost", "output lost", MONEY),
                ("share_lost", "output lost, share of the sector's", SHARE),
            ),
        },
        {"need_lost": "need that is not met", "value_added_lost": "value added lost"},
    ),
    "whynot": Results(
        {
            "path": _columns(
                ("without", "the target's indicator without it", ""), ("with", "the target's indicator with it", "")
            ),
            "changes": _columns(("without", "without the wish", OWN), ("with", "with the wish", OWN)),
            "household_cost": _columns(("change", "what the wish changes for", OWN)),
        }
    ),
}
