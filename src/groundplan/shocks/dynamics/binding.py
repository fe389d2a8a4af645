"""What a lack of an input means to those who use it: as broad classes say, as imports weigh, as the scenario says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from groundplan.errors import GroundplanError
from groundplan.shocks.dynamics.system import IDLE
from groundplan.shocks.scenarios.classes import BINDING, PREFIX, classed, select
from groundplan.shocks.scenarios.scenario import Scenario


def binding_of(
    scenario: Scenario, products: Sequence[str], parts: Mapping[str, Any]
) -> tuple[np.ndarray, list[GroundplanError]]:
    """How a lack of each input binds each sector, p × n, as an index of BINDING; names that are not there.

    An input is imported if no sector of the table gives it; it does not bind where it is a minor part of what a sector
    uses of the product. What the scenario names binds every sector alike.
    """
    industries: Mapping[str, str] = parts.get("industries", {})
    labels: Mapping[str, str] = parts.get("labels", {})
    codes, users = list(dict.fromkeys(products)), classed(list(dict.fromkeys(parts["codes"])), industries)
    kinds, n = classed(codes, industries), len(parts["codes"])
    at_home = np.isin(np.arange(len(products)), parts["input_of"][:n])
    binding = np.zeros((len(products), n), dtype=np.int8)
    if scenario.behaviour.binding == "classes":
        ways = {
            (k, home): [BINDING.index(k.binds(users[c], imported=not home)) for c in parts["codes"]]
            for k in kinds.values() if k is not None for home in (True, False)
        }  # fmt: skip
        for g, code in enumerate(products):
            if (kind := kinds[code]) is not None:
                binding[g] = ways[kind, bool(at_home[g])]
        binding[_minor(products, at_home, parts["use"][:, :n], scenario.behaviour.minor_imports)] = IDLE
    faults: list[GroundplanError] = []
    given = scenario.behaviour.binding_of
    for selector, way in sorted(given.items(), key=lambda item: not item[0].startswith(PREFIX)):
        named, wrong = select(
            [selector], codes, kind="product", where="binding_of", industries=industries, labels=labels
        )
        faults += wrong
        binding[np.isin(products, named)] = BINDING.index(way)
    return binding, faults


def _minor(products: Sequence[str], at_home: np.ndarray, use: np.ndarray, share: float) -> np.ndarray:
    """Where a sector uses less than ``share`` of a product from abroad and the rest from home; p × n."""
    rows = {code: g for g, code in enumerate(products) if at_home[g]}
    abroad = np.array([g for g, code in enumerate(products) if not at_home[g] and code in rows], dtype=int)
    minor = np.zeros(use.shape, dtype=bool)
    if abroad.size:
        home = use[[rows[products[g]] for g in abroad]]
        minor[abroad] = use[abroad] < share * (home + use[abroad])
    return minor
