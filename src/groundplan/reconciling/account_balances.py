"""Balances between reported figures, from the economy: uses of products, inputs of units, sums, and mirrors."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from groundplan.errors import GroundplanError, TableError, raise_all
from groundplan.reconciling.balance_system import BalanceSystem
from groundplan.reconciling.least_squares import LeastSquares
from groundplan.reconciling.reported_figures import (
    CAPACITY,
    CLOSING,
    COEFFICIENT_ERROR,
    EXPORT,
    FINAL,
    IMPORT,
    INPUT,
    OPENING,
    OUTPUT,
    STOCK,
    Ratio,
    Reported,
)
from groundplan.reconciling.signatures import LEVEL, Signatures
from groundplan.reconciling.usual_uses import UsualUses
from groundplan.records.called import code_called

REPORT, MIRROR, COEFFICIENT, SUM = "report", "mirror", "coefficient", "sum"
# How a figure stands in the balance of its product: what there is, less what becomes of it.
SIGNS = {OUTPUT: 1.0, IMPORT: 1.0, OPENING: 1.0, EXPORT: -1.0, FINAL: -1.0, STOCK: -1.0, CLOSING: -1.0}
ACCOUNTS = "the accounts"
# How much more than it says, in what it says, a figure may hide.
HIDDEN = 2.0
Quantity = tuple[str, str, str, str]


class Stated(NamedTuple):
    """A figure of the balances: what it is, who answers for it, and how it was read.

    ``factor``: units of the balances per unit of ``measure``; ``usual``: what was promised, or stands in the accounts.
    """

    name: str
    kind: str
    owner: str
    unit: str
    product: str
    figure: str
    input: str
    source: str
    measure: str
    factor: float
    target: float
    usual: float


@dataclass(frozen=True, eq=False)
class Account:
    """Reported figures under the balances of an economy: the system, and what each of its figures is.

    ``notes``: what was taken to be none, and what is not checked.
    """

    system: BalanceSystem
    stated: tuple[Stated, ...]
    notes: tuple[str, ...] = ()

    @property
    def owners(self) -> tuple[str, ...]:
        """[m] who answers for each figure."""
        return tuple(s.owner for s in self.stated)

    def signatures(self, fit: LeastSquares, *, level: float = LEVEL) -> Signatures:
        """What a lie in each figure would do: reports and mirrors may be false, coefficients and sums not.

        A figure may be too high by what it is, and too low by ``HIDDEN`` times that, or what was promised where more.
        """
        size = np.abs(np.nan_to_num(self.system.reported))
        usual = np.abs(np.nan_to_num(np.array([s.usual for s in self.stated])))
        suspect = np.array([s.kind in (REPORT, MIRROR) for s in self.stated])
        free = np.array([s.figure == STOCK for s in self.stated])
        under = HIDDEN * np.maximum(size, usual)
        over = np.where(free, under, size)
        return Signatures(fit.directions, self.owners, level, suspect=suspect, over=over, under=under)


@dataclass(eq=False)
class _Draft:
    """Columns and rows while they are gathered."""

    uses: UsualUses
    stated: list[Stated] = field(default_factory=list)
    reported: list[float] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    at: dict[Quantity, int] = field(default_factory=dict)
    rows: list[dict[int, float]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def column(self, what: Stated, reported: float, error: float) -> int:
        """A new figure; its number."""
        names = {s.name for s in self.stated}
        name, n = what.name, 1
        while name in names:
            n += 1
            name = f"{what.name} ({n})"
        self.stated.append(what._replace(name=name))
        self.reported.append(reported)
        self.errors.append(error)
        self.upper.append(math.inf)
        return len(self.stated) - 1

    def row(self, label: str, terms: Mapping[int, float]) -> None:
        """A balance Σ terms = 0."""
        self.rows.append(dict(terms))
        self.labels.append(label)

    def called(self, product: str) -> str:
        """A product's name."""
        return self.uses.labels.get(product, product)

    def level(self, quantity: Quantity) -> float:
        """How large a quantity is taken to be, for errors that go with size: as promised, else as reported."""
        n = self.at.get(quantity)
        if n is None:
            return self.uses.amount(quantity[0], quantity[2]) if not quantity[1] else math.nan
        usual = self.stated[n].usual
        reported = self.reported[n]
        return abs(usual if self.uses.promised and usual > 0 else reported if not math.isnan(reported) else usual)

    def account(self) -> Account:
        """All of it as a system."""
        m = len(self.stated)
        a = np.zeros((len(self.rows), m))
        for k, terms in enumerate(self.rows):
            a[k, list(terms)] = list(terms.values())
        free = np.array([s.kind == COEFFICIENT or s.figure == STOCK for s in self.stated])
        system = BalanceSystem(
            tuple(s.name for s in self.stated), np.array(self.reported), np.diag(np.square(self.errors)), a,
            np.zeros(len(a)), tuple(self.labels), np.where(free, -np.inf, 0.0), np.array(self.upper),
        )  # fmt: skip
        return Account(system, tuple(self.stated), tuple(self.notes))


def account_of(reports: Sequence[Reported], uses: UsualUses, ratios: Sequence[Ratio] = ()) -> Account:
    """The balances that reported figures are to keep.

        output + import + opening stock
            = Σ_j (a_ij + error)·output_j + final use + export + stock change + closing stock
        input of a unit = (ratio + error)·output of the unit
        units add up to the whole, where the whole is listed too, with a figure or without
        what is said twice is one figure, said with two errors

    Coefficients have errors of their own: each balance with coefficients has a figure, measured as 0, for what they
    are off together, with standard error √Σ(error·a·level)², level as promised, else as reported. A balance stands
    where its own figures or coefficients reach; what is not reported is not measured, never 0, and takes the balances
    that need it away. Only a flow of which the accounts know nothing, and nobody reports, is taken to be none.
    Errors that are shares go with what was promised where a plan is at hand, so that a lie does not widen its own.
    Raises ``TableError``, all faults at once, for units of measure that the accounts cannot convert.
    """
    d = _Draft(uses)
    named = [_in_codes(r, uses) for r in reports]
    own = [Ratio(_code(q.product, uses), _code(q.input, uses), q.ratio, q.measure, q.per, q.error, q.source)
           for q in ratios]  # fmt: skip
    measures = _measures(named, own, uses)
    for r in named:
        if r.figure != CAPACITY:
            _take(d, r, measures)
    for r in named:
        if r.figure == CAPACITY:
            _cap(d, r, measures)
    _add_inputs(d, own, measures)
    _add_sums(d)
    _add_balances(d)
    return d.account()


def _code(word: str, uses: UsualUses) -> str:
    return code_called(word, uses.products, uses.labels) if word else ""


def _in_codes(r: Reported, uses: UsualUses) -> Reported:
    return replace(r, product=_code(r.product, uses), input=_code(r.input, uses))


def _measures(
    reports: Sequence[Reported], ratios: Sequence[Ratio], uses: UsualUses
) -> dict[tuple[str, str], tuple[str, float]]:
    """(thing, measure) → the measure that it is reckoned in, and how much of it one of the measure is.

    Products of the accounts are reckoned in money; others, and inputs that have ratios, in the one measure they have.
    """
    by_ratio = {(q.product, q.input): q for q in ratios}
    said: dict[str, dict[str, None]] = {}
    for r in reports:
        said.setdefault(_thing(r, by_ratio), {}).setdefault(r.measure)
    for q in ratios:
        said.setdefault(f"{q.product} < {q.input}", {}).setdefault(q.measure)
        said.setdefault(q.product, {}).setdefault(q.per)
    faults: list[GroundplanError] = []
    factors: dict[tuple[str, str], tuple[str, float]] = {}
    for thing, measures in said.items():
        in_accounts = thing in uses.products
        unit, price = uses.in_kind.get(thing, ("", 0.0))
        for m in measures:
            if in_accounts and m not in (uses.money, unit):
                of = f" or {unit}" if unit else ""
                what = f"figures of {uses.labels.get(thing, thing)} are in {m}; the accounts know {uses.money}{of}"
                faults.append(TableError(what, fix="ask who reported it, and convert it; nothing is converted unasked"))
            factors[(thing, m)] = (uses.money, price) if in_accounts and m == unit else (m, 1.0)
        if not in_accounts and len(measures) > 1:
            what = f"figures of {thing} are in {', '.join(measures)}"
            faults.append(TableError(what, fix="ask who reported them, and put all into one unit of measure"))
    raise_all(faults)
    return factors


def _thing(r: Reported, by_ratio: Mapping[tuple[str, str], Ratio]) -> str:
    """What a figure is an amount of: a product, or an input with a ratio of its own."""
    if r.figure != INPUT:
        return r.product
    return f"{r.product} < {r.input}" if (r.product, r.input) in by_ratio else r.input


def _name(d: _Draft, r: Reported) -> str:
    taken = f"{d.called(r.input)} taken for {d.called(r.product)}" if r.figure == INPUT else ""
    words = taken or f"{r.figure} of {d.called(r.product)}"
    who = f"{r.unit}: {words}" if r.unit else words
    return f"{who}, by {r.source}" if r.source else f"{who}, mirror" if r.mirror else who


def _take(d: _Draft, r: Reported, measures: Mapping[tuple[str, str], tuple[str, float]]) -> None:
    """A figure of somebody, as the figure of its quantity or, where that is there, as one more saying of it."""
    thing = next(t for t in (r.product, f"{r.product} < {r.input}", r.input) if (t, r.measure) in measures and (
        (t == r.product) == (r.figure != INPUT)))  # fmt: skip
    factor = measures[(thing, r.measure)][1]
    quantity = (r.figure, r.unit, r.product, r.input)
    usual = r.target * factor if not math.isnan(r.target) else math.nan
    if math.isnan(usual) and not r.unit:
        usual = d.uses.amount(r.figure, r.product)
    size = abs(usual) if d.uses.promised and usual > 0 else abs(r.value * factor)
    what = Stated(
        _name(d, r), MIRROR if r.mirror else REPORT, r.unit or f"{r.figure} of {d.called(r.product)}", r.unit,
        r.product, r.figure, r.input, r.source, r.measure, factor, r.target, usual,
    )  # fmt: skip
    n = d.column(what, r.value * factor, r.usual_error * size if not math.isnan(r.value) else math.nan)
    if quantity not in d.at:
        d.at[quantity] = n
    else:
        first = d.at[quantity]
        d.row(f"said twice: {d.stated[first].name} and {d.stated[n].name}", {first: 1.0, n: -1.0})


def _cap(d: _Draft, r: Reported, measures: Mapping[tuple[str, str], tuple[str, float]]) -> None:
    """Capacity bounds the output of its unit."""
    n = d.at.get((OUTPUT, r.unit, r.product, ""))
    if n is not None and not math.isnan(r.value):
        d.upper[n] = min(d.upper[n], r.value * measures[(r.product, r.measure)][1])


def _quantity(d: _Draft, quantity: Quantity, measure: str) -> int:
    """The figure of a quantity, one that is not measured where nobody reports it."""
    if quantity not in d.at:
        figure, unit, product, taken = quantity
        words = f"{figure} of {d.called(product)}"
        usual = d.uses.amount(figure, product) if not unit else math.nan
        none = usual == 0 and not unit
        what = Stated(
            f"{unit}: {words}" if unit else words, SUM, unit or words, unit, product, figure, taken, "", measure, 1.0,
            math.nan, usual,
        )  # fmt: skip
        if none:
            d.notes.append(f"No {words} is reported, and {d.uses.said} know none: it is taken to be none.")
        d.at[quantity] = d.column(what, 0.0 if none else math.nan, 0.0 if none else math.nan)
    return d.at[quantity]


def _coefficient(d: _Draft, name: str, product: str, taken: str, error: float, measure: str) -> int:
    """What coefficients are off together: measured as 0, with their error."""
    what = Stated(name, COEFFICIENT, ACCOUNTS, "", product, "", taken, "", measure, 1.0, math.nan, math.nan)
    return d.column(what, 0.0, error)


def _add_inputs(d: _Draft, ratios: Sequence[Ratio], measures: Mapping[tuple[str, str], tuple[str, float]]) -> None:
    """Inputs of units against their output, by a ratio of the file or the accounts' own coefficient."""
    by_ratio = {(q.product, q.input): q for q in ratios}
    for quantity in [q for q in d.at if q[0] == INPUT]:
        _, unit, product, taken = quantity
        q = by_ratio.get((product, taken))
        if q is not None:
            ratio, error = q.ratio / measures[(product, q.per)][1], q.error
        elif product in d.uses.products and taken in d.uses.products:
            i, j = d.uses.products.index(taken), d.uses.products.index(product)
            ratio, error = float(d.uses.coefficients[i, j]), COEFFICIENT_ERROR
        else:
            d.notes.append(f"Nothing says how much {d.called(taken)} {d.called(product)} takes: it is not checked.")
            continue
        output = (OUTPUT, unit, product, "")
        x = _quantity(d, output, d.uses.money)
        level = d.level(output)
        size = level * ratio if level > 0 else d.level(quantity)
        if math.isnan(size):
            continue
        who = f"{unit}: " if unit else ""
        name = f"{who}how much {d.called(taken)} {d.called(product)} takes"
        off = _coefficient(d, name, product, taken, error * size, d.stated[d.at[quantity]].measure)
        d.row(name, {d.at[quantity]: 1.0, x: -ratio, off: -1.0})


def _add_sums(d: _Draft) -> None:
    """Units add up to the whole where the whole is listed."""
    for quantity in [q for q in d.at if not q[1] and q[0] != INPUT]:
        parts = [n for q, n in d.at.items() if q[1] and (q[0], q[2], q[3]) == (quantity[0], quantity[2], quantity[3])]
        if parts:
            name = d.stated[d.at[quantity]].name
            d.row(f"units add up: {name}", {**dict.fromkeys(parts, 1.0), d.at[quantity]: -1.0})


def _add_balances(d: _Draft) -> None:
    """The balance of each product of the accounts of which anything is reported, where all its users report."""
    uses = d.uses
    listed = {q[2] for q in d.at if not q[1] and q[0] in SIGNS}
    there = [j for j, p in enumerate(uses.products) if p in listed]
    lacking: list[str] = []
    for i in there:
        product = uses.products[i]
        users = np.flatnonzero(uses.coefficients[i] > 0)
        silent = [j for j in users if uses.products[j] not in listed]
        if silent:
            lacking.append(f"{uses.labels.get(product, product)} ({len(silent)} users are silent)")
            continue
        terms: dict[int, float] = {}
        for figure, sign in SIGNS.items():
            quantity = (figure, "", product, "")
            if figure not in (OPENING, CLOSING) or quantity in d.at:
                terms[_quantity(d, quantity, uses.money)] = sign
        squares = 0.0
        for j in users:
            output = (OUTPUT, "", uses.products[j], "")
            n = _quantity(d, output, uses.money)
            a = float(uses.coefficients[i, j])
            terms[n] = terms.get(n, 0.0) - a
            level = d.level(output)
            squares += (COEFFICIENT_ERROR * a * (0.0 if math.isnan(level) else level)) ** 2
        name = f"uses of {uses.labels.get(product, product)}"
        if squares:
            terms[_coefficient(d, f"coefficients in {name}", product, "", math.sqrt(squares), uses.money)] = -1.0
        d.row(name, terms)
    if lacking:
        d.notes.append(f"No balance of all uses, as not every user is among the reports: {'; '.join(lacking[:8])}.")
