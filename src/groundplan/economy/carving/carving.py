"""A physical product carved out of its sector: both parts keep the accounts, and the product gets its own unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from groundplan.economy.carving.account_sheet import AccountSheet
from groundplan.economy.carving.carves import Carve, Ingredient
from groundplan.economy.carving.cutting import EXPORTS, Cut, ProductFigures
from groundplan.economy.carving.splitting import divided
from groundplan.economy.economy import Economy
from groundplan.economy.physical import Physical
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.sources import Assumption

__all__ = ["Carve", "Ingredient", "by_sector", "carve"]
WHOLE = 1e-9


def carve(e: Economy, carves: Sequence[Carve]) -> Economy:
    """The economy with physical products carved out of their sectors: whole sectors first, then in the order given.

        x_p = quantity · price = share · x_s,      quantity and share of the sector's output in ``e``
        the rows and columns of a sector's parts sum to its own; costs equal output in each as they did in the sector

    What is left keeps the sector's code. The fit is ``cutting.Cut``: one line at a time, proportional, with the
    sector's cells as ceilings. Several products may come from one sector, and one from another product; a later one
    is fitted into what the earlier ones left. Imports are counted at the price of home make.
    Units:  money of the economy; quantities in the products' units.
    Errors: ``UnknownName`` and ``StudyError``, all at once: names, recipes and users that do not fit the accounts.
    Source: disaggregation of a sector by known coefficients with proportional fitting of the rest: Wolsky (1984),
            Review of Economics and Statistics 66: 283-291 (article not checked).
    """
    raise_all([fault for c in carves for fault in c.faults()])
    raise_all(_unknown(e, carves))
    if not carves:
        return e
    faults: list[GroundplanError] = []
    failed: set[str] = set()
    out = AccountSheet.of(e)
    totals = {s: out.totals(s) for s in out.codes}
    for c in sorted(carves, key=lambda c: not c.whole):
        if failed & {c.sector, *(i.product for i in c.inputs), *c.users}:
            failed.add(c.product)
            continue
        try:
            out = _attached(out, c) if c.whole else _carved(out, c, totals[c.sector])
        except GroundplanError as error:
            faults += error.parts
            failed.add(c.product)
        else:
            totals.setdefault(c.product, out.totals(c.product))
    raise_all(faults)
    return out.economy()


def _unknown(e: Economy, carves: Sequence[Carve]) -> list[GroundplanError]:
    """Sectors, inputs and users that are not there when their turn comes, and codes that are there already."""
    finals, skills, paid = (
        [str(c) for c in axis.values]
        for axis in (e.domestic_final["final"], e.employment["skill"], e.primary["primary"])
    )
    there, taken = list(e.sectors), {*finals, *skills, *paid, EXPORTS}
    faults: list[GroundplanError] = []
    counted = set(e.physical)
    for c in sorted(carves, key=lambda c: not c.whole):
        where = c.where or f"carve of {c.product}"
        if c.sector not in there:
            faults.append(UnknownName("sector", c.sector, there, where=where, words=e.labels))
        if c.product in ([*there, *taken] if not c.whole else counted):
            what = f"the code '{c.product}' is taken" if not c.whole else f"'{c.product}' has a unit already"
            faults.append(StudyError(what, where=where, fix="choose another code" if not c.whole else "give it once"))
        faults += [
            UnknownName(f"input of {c.product}", i.product, [*there, c.product], where=i.where or where)
            for i in c.inputs
            if i.product not in (*there, c.product)
        ]
        uses = [*there, *finals, EXPORTS]
        faults += [UnknownName(f"user of {c.product}", u, uses, where=where) for u in c.users if u not in uses]
        counted.add(c.product)
        there += [] if c.product in there else [c.product]
    return faults


def _attached(sheet: AccountSheet, c: Carve) -> AccountSheet:
    """A whole sector with its unit."""
    x = sheet.output(c.sector)
    price = c.price if c.price is not None else x / (c.quantity or 1.0)
    if price <= 0:
        raise StudyError(f"'{c.sector}' has no output to have a price", where=c.where, fix="give share = 1 and a price")
    return _recorded(sheet, c, price, x, "The whole sector is counted in a unit; its accounts stay.")


def _carved(sheet: AccountSheet, c: Carve, totals: tuple[float, float, float]) -> AccountSheet:
    """The sector in two parts."""
    x, m, sold = totals
    value = (c.quantity or 0.0) * (c.price or 0.0) if c.share is None else c.share * x
    left = sheet.output(c.sector)
    if abs(value - left) <= WHOLE * left:
        value = left
    price = c.price if c.price is not None else value / (c.quantity or 1.0)
    inputs, faults = _inputs(sheet, c, price, value)
    raise_all(faults)
    quantity = value / price
    asked = ProductFigures(
        product=c.product,
        sector=c.sector,
        value=value,
        imports=_stated(c.imported, price, c.imported_share, m),
        exports=_stated(c.exported, price, c.exported_share, sold),
        inputs=inputs,
        labour=None if c.labour is None else c.labour * quantity,
        capital=None if c.capital is None else c.capital * quantity,
        users=c.users,
        where=c.where or f"carve of {c.product}",
    )
    cut = Cut(sheet, asked)
    labels = {**sheet.labels, c.sector: _rest(sheet, c.sector), c.product: c.name}
    return _recorded(divided(sheet, cut.split(), labels), c, price, x, _fit(c, cut.short()))


def _rest(sheet: AccountSheet, sector: str) -> str:
    name = sheet.label(sector)
    return name if name.endswith(", rest") else f"{name}, rest"


def _stated(amount: float | None, price: float, share: float | None, whole: float) -> float | None:
    """Money of a quantity or of a share; None where neither is given."""
    if amount is not None:
        return amount * price
    return None if share is None else share * whole


def _inputs(
    sheet: AccountSheet, c: Carve, price: float, value: float
) -> tuple[dict[str, float], list[GroundplanError]]:
    """Named inputs in money a year."""
    out: dict[str, float] = {}
    faults: list[GroundplanError] = []
    for i in c.inputs:
        if i.coefficient is not None:
            out[i.product] = i.coefficient * value
            continue
        own = price if i.product == c.product else None
        there = sheet.physical.get(i.product)
        unit = i.price or own or (there.price if there is not None else None)
        if unit is None:
            what = f"input '{i.product}' of {c.product} has an amount and no price"
            fix = "give its price, or carve it with a unit before"
            faults.append(StudyError(what, where=i.where or c.where or f"carve of {c.product}", fix=fix))
            continue
        out[i.product] = (i.amount or 0.0) * unit / price * value
    return out, faults


def _fit(c: Carve, short: Sequence[str]) -> str:
    """How the cells were found, in a sentence or three."""
    users = "by the weights given" if c.users else "in the sector's proportions"
    named = ", ".join(i.product for i in c.inputs)
    costs = f"inputs of {named} as given, all other costs" if named else "all costs"
    sentence = f"It is sold {users}; {costs} are in the sector's proportions."
    return sentence + (f" These take less than their weight asks for: {', '.join(short)}." if short else "")


def _recorded(sheet: AccountSheet, c: Carve, price: float, whole: float, how: str) -> AccountSheet:
    """The economy with the product's unit, what is left of its sector's quantity, and the assumption on record."""
    x = sheet.output(c.product)
    product = Physical(
        unit=c.unit,
        quantity=x / price,
        price=price,
        source=c.source,
        basis=c.basis,
        low=c.low,
        high=c.high,
        range_of=c.ranged if c.low is not None else "",
        sector=c.sector,
    )
    physical: dict[str, Physical] = {**sheet.physical, c.product: product}
    parent = sheet.physical.get(c.sector)
    if parent is not None and not c.whole:
        physical[c.sector] = replace(parent, quantity=sheet.output(c.sector) / parent.price)
    share = f", {x / whole:.4g} of the output of '{c.sector}'" if whole > 0 and not c.whole else ""
    basis = c.source if c.basis == "source" else f"assumed: {c.source}"
    if c.low is not None and c.high is not None:
        basis += f" ({c.ranged} between {c.low:g} and {c.high:g})"
    note = Assumption(
        f"physical product {c.product}",
        f"{product.quantity:,.6g} {c.unit} a year at {price:.6g} {sheet.e.money} each{share}",
        f"{basis}. {how} One price for all users.",
        "study: [[carve]]",
    )
    return replace(sheet, physical=physical, assumptions=(*sheet.assumptions, note))


def by_sector(e: Economy) -> Mapping[str, str]:
    """Every sector → the sector of the accounts that it is part of: carved products back to where they came from."""

    def origin(code: str) -> str:
        there = e.physical.get(code)
        return code if there is None or there.sector in ("", code) else origin(there.sector)

    return {s: origin(s) for s in e.sectors}
