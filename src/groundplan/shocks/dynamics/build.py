"""From accounts to the arrays that the engines share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from groundplan.economy.economy import Economy
from groundplan.economy.world import World
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.shocks.dynamics.binding import binding_of
from groundplan.shocks.dynamics.system import YEAR, System
from groundplan.shocks.scenarios.classes import PREFIX, classed, classes, select
from groundplan.shocks.scenarios.events import EXPORTS
from groundplan.shocks.scenarios.scenario import STOCKS_DEFAULT, Scenario

ABROAD = "abroad"
FINAL = "final:"
PLAIN_DAYS = 30.0
PLAIN_NEED = "all goods and services"


def system_of(e: Economy, scenario: Scenario) -> System:
    """A national economy under a scenario's stocks and behaviour.

    Home suppliers are the sectors; imports have one source per product and partner where the accounts part them, else
    one per product. With ``imports = "apart"`` a home and an imported product are two inputs, as in the plan; with
    ``pooled`` they fill one stock. Uses below zero (stocks that were drawn down) are supply that nobody makes.
    Raises ``UnknownName`` and ``StudyError`` for stocks, tiers or reserves that name what is not there.
    """
    n, per_step = len(e.sectors), scenario.days_per_step / YEAR
    home = np.hstack([e.domestic_use.values, e.domestic_final.values, e.exports.values[:, None]]) * per_step
    foreign = np.hstack([e.imported_use.values, e.imported_final.values, e.reexports.values[:, None]]) * per_step
    come = np.flatnonzero((foreign > 0).any(axis=1))
    foreign = foreign[come]
    partners, split = _partners(e, foreign, come)
    lent = (split * -np.minimum(foreign, 0.0)).sum(axis=2).ravel()
    pooled = scenario.behaviour.imports == "pooled"
    use, shares, input_of = _inputs(np.maximum(home, 0.0), np.maximum(foreign, 0.0), come, split, pooled)
    bought = [e.sectors[i] for i in come]
    kinds = [str(k) for k in e.domestic_final["final_kind"].values]
    return assembled(
        scenario,
        products=list(e.sectors) if pooled else [*e.sectors, *bought],
        money=e.money,
        sectors=e.sectors,
        codes=e.sectors,
        regions=("",) * n,
        suppliers=(*e.sectors, *(f"{s} from {q}" for q in partners for s in bought)),
        partners=("",) * n + tuple(q for q in partners for _ in bought),
        input_of=input_of,
        inputs=e.sectors if pooled else (*(f"home:{s}" for s in e.sectors), *(f"imported:{s}" for s in bought)),
        finals=(*(str(f) for f in e.domestic_final["final"].values), EXPORTS),
        final_kinds=(*kinds, EXPORTS),
        output=e.output.values * per_step,
        value_added=e.value_added.values * per_step,
        capital=e.capital_stock.values.copy(),
        labour=e.employment.values.copy(),
        skills=tuple(str(s) for s in e.employment["skill"].values),
        use=use,
        shares=shares,
        from_stocks=np.concatenate([-np.minimum(home, 0.0).sum(axis=1), lent]),
        labels=e.labels,
        industries=e.stated_classes,
    )


def _partners(e: Economy, foreign: np.ndarray, come: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Partners, and each one's share in every import cell: P × k × u, summing to one over partners.

    A cell that no partner's figure explains (re-exports) has the product's overall shares.
    """
    if e.imported_by_partner is None:
        return [ABROAD], np.ones((1, *foreign.shape))
    parts = np.maximum(e.imported_by_partner.values[:, come], 0.0)
    parts = np.concatenate([parts, np.zeros((*parts.shape[:2], foreign.shape[1] - parts.shape[2]))], axis=2)
    overall = parts.sum(axis=2, keepdims=True)
    overall = overall / np.maximum(overall.sum(axis=0), 1e-300)
    cells = parts.sum(axis=0)
    split = np.where(cells > 0, parts / np.where(cells > 0, cells, 1.0), overall)
    return [str(q) for q in e.imported_by_partner["partner"].values], split


def _inputs(
    home: np.ndarray, foreign: np.ndarray, come: np.ndarray, split: np.ndarray, pooled: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Uses p × u, suppliers' shares and what each supplier gives, with imports apart or pooled."""
    n, k, q = len(home), len(foreign), len(split)
    own = np.arange(n)
    if not pooled:
        input_of = np.concatenate([own, np.tile(n + np.arange(k), q)])
        shares = np.ones(n + k) if q == 1 else np.vstack([np.ones_like(home), split.reshape(q * k, -1)])
        return np.vstack([home, foreign]), shares, input_of
    use = home.copy()
    use[come] += foreign
    whole = np.where(use > 0, use, 1.0)
    parts = (split * (foreign / whole[come])).reshape(q * k, -1)
    return use, np.vstack([home / whole, parts]), np.concatenate([own, np.tile(come, q)])


def system_of_world(w: World, scenario: Scenario) -> System:
    """A table of many countries: a product's suppliers are its makers everywhere, and all stand in one stock.

    Raises what ``system_from_arrays`` raises.
    """
    finals = [(c, f) for c in w.countries for f in w.final_kinds]
    return system_from_arrays(
        w.use.values,
        w.final_use.values,
        scenario,
        regions=w.countries,
        codes=w.industries,
        finals=[f"{c} {f}" for c, f in finals],
        final_kinds=[w.final_kinds[f] for _, f in finals],
        value_added=w.value_added,
        money=w.money,
        labels=w.labels,
        industries=w.classes,
    )


def system_from_arrays(
    Z: np.ndarray,
    Y: np.ndarray,
    scenario: Scenario,
    *,
    regions: Sequence[str],
    codes: Sequence[str],
    finals: Sequence[str] | None = None,
    final_kinds: Sequence[str] | None = None,
    output: np.ndarray | None = None,
    value_added: np.ndarray | None = None,
    capital: np.ndarray | None = None,
    money: str = "money",
    labels: Mapping[str, str] | None = None,
    industries: Mapping[str, str] | None = None,
    tolerance: float = 1e-3,
) -> System:
    """A system from plain yearly flows of one or several regions, regions outermost in every order.

    Z is N × N, Y is N × F, N = regions · codes. ``output`` and ``value_added`` are N, computed from Z and Y where left
    out; ``capital`` N, without which none can be destroyed; ``tolerance`` is the gap between uses and ``output`` that
    is accepted, as a share. Units: ``money`` / year; ``capital`` money.
    Raises ``StudyError`` where a shape is wrong and ``BalanceError`` where uses miss output.
    """
    r, s = len(regions), len(codes)
    n, per_step = r * s, scenario.days_per_step / YEAR
    if Z.shape != (n, n) or Y.shape[:1] != (n,):
        raise StudyError(f"Z is {Z.shape} and Y {Y.shape}", fix=f"give {n} × {n} and {n} × final categories")
    cells = np.hstack([Z, Y]) * per_step
    bought = np.maximum(cells, 0.0)
    use = bought.reshape(r, s, -1).sum(axis=0)
    whole = np.where(use > 0, use, 1.0)
    names = [f"{a} {b}" if r > 1 else b for a in regions for b in codes]
    finals = [f"final {k}" for k in range(Y.shape[1])] if finals is None else finals
    x = cells.sum(axis=1) if output is None else output * per_step
    v = x - cells[:, :n].sum(axis=0) if value_added is None else value_added * per_step
    kinds = ["household"] * len(finals) if final_kinds is None else final_kinds
    return assembled(
        scenario,
        products=list(codes),
        money=money,
        sectors=tuple(names),
        codes=tuple(codes) * r,
        regions=tuple(a for a in regions for _ in codes),
        suppliers=tuple(names),
        partners=("",) * n,
        input_of=np.tile(np.arange(s), r),
        inputs=tuple(codes),
        finals=tuple(finals),
        final_kinds=tuple(kinds),
        output=x,
        value_added=v,
        capital=np.zeros(n) if capital is None else np.array(capital, dtype=float),
        labour=np.ones((1, n)),
        skills=("labour",),
        use=use,
        shares=(bought.reshape(r, s, -1) / whole).reshape(n, -1),
        from_stocks=-np.minimum(cells, 0.0).sum(axis=1),
        labels=dict(labels or {}),
        industries=dict(industries or {}),
        tolerance=tolerance,
    )


def assembled(scenario: Scenario, *, products: Sequence[str], **parts: Any) -> System:
    """The system from the fields that accounts give, with what depends on names and on the scenario.

    ``parts`` are the fields of ``System`` but stocks, reserves, binding, tiers, needs, investment, behaviour and
    days_per_step, which are filled in here. Raises what ``system_of`` raises, all faults at once.
    """
    codes = list(dict.fromkeys(products))
    industries: Mapping[str, str] = parts.get("industries", {})
    kinds = classed(codes, industries)
    n, use = len(parts["sectors"]), parts["use"]
    labels: Mapping[str, str] = parts.get("labels", {})
    days, faults = _days(scenario, codes, industries, labels)
    reserve_days: dict[str, float] = dict.fromkeys(codes, 0.0)
    for selector, value in scenario.reserves.items():
        named, wrong = select([selector], codes, kind="product", where="reserves", industries=industries, labels=labels)
        faults += wrong
        reserve_days.update(dict.fromkeys(named, float(value)))
    binding, unbound = binding_of(scenario, products, parts)
    tiers, untiered = _tiers(scenario, parts)
    raise_all([*faults, *unbound, *untiered], where=f"scenario '{scenario.name}'")
    spent = use[:, n:][:, [k == "investment" for k in parts["final_kinds"]]].sum(axis=1)
    spent = spent if spent.sum() > 0 else use[:, n:].sum(axis=1)
    return System(
        **parts,
        days_per_step=scenario.days_per_step,
        products=tuple(products),
        needs=tuple(PLAIN_NEED if (k := kinds[c]) is None else k.need for c in products),
        stocks=np.array([days[c] for c in products]) / scenario.days_per_step,
        reserves=np.array([reserve_days[c] for c in products]) / scenario.days_per_step * use.sum(axis=1),
        binding=binding,
        tiers=tiers,
        investment=spent / max(spent.sum(), 1e-300),
        behaviour=scenario.behaviour,
    )


def _days(
    scenario: Scenario, codes: Sequence[str], industries: Mapping[str, str], labels: Mapping[str, str]
) -> tuple[dict[str, float], list[GroundplanError]]:
    """Days of stock by product: as the scenario names it, then its default, then the class's, at least two steps."""
    faults: list[GroundplanError] = []
    plain = scenario.stocks.get(STOCKS_DEFAULT)
    first = classed(codes, industries)
    days = {
        c: max(float(plain if plain is not None else PLAIN_DAYS if (k := first[c]) is None else k.days),
               2.0 * scenario.days_per_step)
        for c in codes
    }  # fmt: skip
    for selector, value in sorted(scenario.stocks.items(), key=lambda item: not item[0].startswith(PREFIX)):
        if selector != STOCKS_DEFAULT:
            named, wrong = select(
                [selector], codes, kind="product", where="stocks", industries=industries, labels=labels
            )
            faults += wrong
            days.update(dict.fromkeys(named, float(value)))
    return days, faults


def _tiers(scenario: Scenario, parts: Mapping[str, Any]) -> tuple[np.ndarray, list[GroundplanError]]:
    """The tier of every user, the least served first; all alike where goods go out in proportion; unknown names.

    Where makers keep back their own use, that is tier 0 and users' tiers begin at 1.
    """
    codes, finals, kinds = parts["codes"], parts["finals"], parts["final_kinds"]
    n, named_tiers = len(codes), scenario.behaviour.tiers
    first = int(scenario.behaviour.sharing == "orders" and scenario.behaviour.own_use == "first")
    tiers = np.full(n + len(finals), len(named_tiers))
    faults: list[GroundplanError] = []
    industries: Mapping[str, str] = parts.get("industries", {})
    labels: Mapping[str, str] = parts.get("labels", {})
    class_of = classed(list(codes), industries)
    for rank, tier in reversed(list(enumerate(named_tiers))):
        for selector in tier:
            name = selector.removeprefix(FINAL).removeprefix(PREFIX)
            if selector == "sectors":
                tiers[:n] = rank
            elif selector.startswith(FINAL):
                there = [k for k in range(len(finals)) if name in (finals[k], kinds[k])]
                if not there and name not in ("household", "government"):
                    faults.append(UnknownName("final category", name, [*finals, *kinds], where="tiers"))
                tiers[[n + k for k in there]] = rank
            elif selector.startswith(PREFIX) and name in classes() and not any(class_of.values()):
                continue
            else:
                named, wrong = select(
                    [selector], codes, kind="sector", where="tiers", industries=industries, labels=labels
                )
                faults += wrong if not (selector.startswith(PREFIX) and name in classes()) else []
                tiers[[j for j in range(n) if codes[j] in named]] = rank
    if scenario.behaviour.rationing == "proportional":
        tiers = np.zeros_like(tiers)
    return tiers + first, faults
