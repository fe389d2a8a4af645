"""Which figure is false: what a lie in each would do to the balances, held against what they miss."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.special import chdtri, ndtri

from groundplan.reconciling.least_squares import LeastSquares
from groundplan.solver.programme import Floats

# The chance of crying wolf over one whole set of honest reports.
LEVEL = 0.05
# How often a lie of the smallest size that is told of is noticed.
POWER = 0.9
# A figure is suspected beside the likeliest one unless it is e times less likely: 2 in twice the log of the likelihood.
MARGIN = 2.0
# One false figure may be named for each four balances that check something, one at least: beyond, chance names too.
BALANCES_A_NAME = 4
# Where what is left after naming is as unlikely as that, though no figure stands out in it, nobody is named either.
REST = 0.001
# Signatures are one where their directions differ by no more than rounding.
ALIKE = 1e-7
# A signature that lies within those of named figures to this share is explained by them.
WITHIN = 1e-6


class Suspects(NamedTuple):
    """One lie that the balances show: the likeliest figure, all that it may be as well, and the likeliest figure's
    statistic. ``named``: the likelier figures have one owner, who is asked.
    """

    likeliest: int
    figures: tuple[int, ...]
    statistic: float
    named: bool


class LiesNamed(NamedTuple):
    """What the balances say of a set of reports.

    ``noticed``: something is false; ``suspects``: each lie in the order of its weight; ``too_many``: more is false than
    can be named, and nobody is; ``nobody``: the balances miss together, and no figure stands out.
    """

    noticed: bool
    suspects: tuple[Suspects, ...]
    too_many: bool = False
    nobody: bool = False

    @property
    def named(self) -> tuple[Suspects, ...]:
        """The lies whose owner is told; nobody's where too much is false."""
        return () if self.too_many else tuple(s for s in self.suspects if s.named)


@dataclass(frozen=True, eq=False)
class Signatures:
    """What a lie in each figure does to the standard normal residual of honest reports.

    ``directions`` [r × m]: what one unit too much takes off each residual (``LeastSquares.directions``); ``owners``
    [m]: who answers for the figure, by default each for itself; ``level``: the chance that a whole set of honest
    reports is suspected. ``suspect`` [m]: whether the figure may be false at all, True by default; errors of
    coefficients are taken at their word. ``over`` and ``under`` [m]: by how much it may be too high and too low at
    most, without end by default: no true figure is below zero, so none is too high by more than it is.

    A lie of δ in figure j moves the residual by −δ·g_j, so the generalised likelihood ratio of "j alone is false" is
    (g_j·r)²/(g_j·g_j): the square of the measurement test of greatest power, of one figure with independent errors the
    usual one. A figure with g_j = 0 stands in no balance that checks it.

    Source: Tamhane and Mah (1985) for the test; Narasimhan and Mah (1987) for the ratio and its serial use (neither
    checked); limit by Šidák (1967), 1 − (1 − level)^(1/m) over the m figures that can be checked, those
    that look the same counted once.
    """

    directions: Floats
    owners: tuple[str, ...] = ()
    level: float = LEVEL
    margin: float = MARGIN
    suspect: np.ndarray | None = None
    over: Floats | None = None
    under: Floats | None = None

    @classmethod
    def of(cls, fit: LeastSquares) -> Signatures:
        """Those of a reconciled set of reports, each figure answering for itself."""
        return cls(fit.directions)

    @cached_property
    def checked(self) -> np.ndarray:
        """[m] whether the figure may be false, and stands in a balance that would show it."""
        there = self.length > 0
        return np.asarray(there if self.suspect is None else there & self.suspect)

    @cached_property
    def length(self) -> Floats:
        """[m] √(g_j·g_j): how far one unit too much moves the residual; 0 where nothing checks the figure."""
        return np.asarray(np.linalg.norm(self.directions, axis=0))

    @cached_property
    def limit(self) -> float:
        """The largest measurement test that honest reports reach in a share of ``level`` of all sets."""
        apart = int(self.checked.sum()) - sum(len(group) - 1 for group in self.groups)
        return -float(ndtri((1.0 - (1.0 - self.level) ** (1.0 / apart)) / 2.0)) if apart else np.inf

    def statistics(self, residual: Floats) -> Floats:
        """[m] or [draws × m] the measurement test; a plus: reported too high. 0 where nothing checks the figure."""
        there = np.where(self.length > 0, self.length, 1.0)
        return np.asarray(-(residual @ self.directions) / there)

    @cached_property
    def smallest(self) -> Floats:
        """[m] the smallest lie that is noticed in ``POWER`` of cases by the measurement test, in the figure's unit.

        δ_j = (limit + z(POWER)) / √(g_j·g_j);   without bound where nothing checks the figure
        """
        there = self.length > 0
        needed = self.limit + float(ndtri(POWER))
        return np.where(there, needed / np.where(there, self.length, 1.0), np.inf)

    @cached_property
    def groups(self) -> tuple[tuple[int, ...], ...]:
        """Figures whose lies look the same in every balance, so that reports never tell which is false; pairs and up.

        Their columns of B·V^½, and so their directions, are multiples of one another.
        """
        there = np.flatnonzero(self.checked)
        g = self.directions[:, there] / self.length[there]
        left, groups = list(range(len(there))), []
        while left:
            first = left[0]
            same = [n for n in left if abs(abs(float(g[:, first] @ g[:, n])) - 1.0) < ALIKE]
            left = [n for n in left if n not in same]
            if len(same) > 1:
                groups.append(tuple(int(there[n]) for n in same))
        return tuple(groups)

    def naming(self, residual: Floats) -> LiesNamed:
        """Name false figures one by one: the likeliest, then the likeliest of what it leaves unexplained, and so on.

        Nothing is suspected while neither the global test nor the largest measurement test is over its limit. After
        each figure the others are judged on the part of the residual that it cannot explain, which is the likelihood
        ratio with all named figures free. It ends when what is left is no more than honest errors. Nobody is named
        where more lies than one for each ``BALANCES_A_NAME`` balances would be needed, or where what is left is
        unlikely (``REST``) and no figure stands out in it. A lie is named where every figure that explains it within
        ``margin`` of the likeliest has one owner; else they are a group that cannot be told apart. A figure for
        which as much speaks once the likeliest is free does not explain that lie: it is another one of the same weight.
        A figure that would have to be false by more than can be explains nothing.
        """
        g, left = self.directions.copy(), np.array(residual, dtype=float)
        r = len(left)
        most = max(1, r // BALANCES_A_NAME)
        suspects: list[Suspects] = []
        length = self.length.copy()
        while r > len(suspects):
            z = self._weight(left, g, length)
            largest = float(z.max(initial=0.0))
            failed = bool(left @ left > chdtri(r - len(suspects), self.level))
            stands_out = largest > self.limit
            if not stands_out:
                spread_out = failed and bool(left @ left > chdtri(r - len(suspects), REST))
                return LiesNamed(
                    failed or bool(suspects), tuple(suspects), bool(suspects) and spread_out, not suspects and failed
                )
            if suspects and not failed:
                return LiesNamed(True, tuple(suspects))
            if len(suspects) == most:
                return LiesNamed(True, tuple(suspects), too_many=True)
            j = int(z.argmax())
            axis = g[:, j] / length[j]
            left = left - axis * (axis @ left)
            g = g - np.outer(axis, axis @ g)
            length = np.linalg.norm(g, axis=0)
            suspects.append(self._suspects(z, self._weight(left, g, length)))
        return LiesNamed(bool(suspects), tuple(suspects))

    def _possible(self, left: Floats, g: Floats, length: Floats) -> np.ndarray:
        """[m] whether what each figure would have to be false by, to explain what is left, can be."""
        if self.over is None or self.under is None:
            return np.ones(len(length), dtype=bool)
        off = -(left @ g) / np.maximum(length**2, 1e-300)
        return np.asarray(np.where(off > 0, off <= self.over, -off <= self.under))

    def _weight(self, left: Floats, g: Floats, length: Floats) -> Floats:
        """[m] what speaks for each figure by what is left; 0 where named ones explain it, or it cannot be so false."""
        there = self.checked & (length > WITHIN * self.length)
        z = np.where(there, np.abs(left @ g) / np.where(there, length, 1.0), 0.0)
        return np.asarray(z * self._possible(left, g, length))

    def _suspects(self, z: Floats, after: Floats) -> Suspects:
        """The likeliest figure and those that may be false in its place.

        ``after``: what speaks for each once the likeliest is free. For whom as much speaks then as before, and enough,
        is another lie of the same weight, not this one.
        """
        slack = self.margin + ALIKE * z.max() ** 2
        other = (after > self.limit) & (after**2 >= z**2 - slack)
        near = np.flatnonzero((z > 0) & ~other & (z**2 >= z.max() ** 2 - slack))
        order = near[np.argsort(-z[near], kind="stable")]
        figures = tuple(int(n) for n in order)
        owners = {self.owners[n] if self.owners else str(n) for n in figures}
        return Suspects(figures[0], figures, float(z.max()), len(owners) == 1)
