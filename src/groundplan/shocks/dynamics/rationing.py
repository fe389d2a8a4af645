"""Who is served when a supplier cannot serve everybody."""

from __future__ import annotations

import numpy as np

from groundplan.shocks.scenarios.scenario import Behaviour


def deliver(supply: np.ndarray, asked: np.ndarray, behaviour: Behaviour) -> np.ndarray:
    """Shares delivered as in ``ration``; with ``own_use = "first"`` tier 0 is what makers keep back for themselves.

    Shapes and units: ``ration``.
    """
    if behaviour.own_use != "first":
        return ration(supply, asked, behaviour)
    own = _share(supply, asked[..., 0])
    others = ration(supply - own * asked[..., 0], asked[..., 1:], behaviour)
    return np.concatenate([own[..., None], others], axis=2)


def ration(supply: np.ndarray, asked: np.ndarray, behaviour: Behaviour) -> np.ndarray:
    """The share of what was asked that each supplier (m) delivers to each tier of users (K), in each member (B).

        proportional   everybody has the same share of what was asked
        priority       tier 0 in full, then tier 1 ...; the same share within a tier
        mixed          ``mixed_share`` of supply in proportion, the rest by tiers to what is still open

    ``supply`` is B × m, ``asked`` B × m × K; returns B × m × K, 0 where nothing is asked. Units: 1.
    Source: Pichler et al. (2022), rationing rules (citation not checked).
    """
    total = asked.sum(axis=2)
    if behaviour.rationing == "proportional":
        share = np.empty_like(asked)
        share[:] = _share(supply, total)[..., None]
        return share
    even = behaviour.mixed_share if behaviour.rationing == "mixed" else 0.0
    first = even * _share(supply, total)
    left = np.minimum(supply, total) - first * total
    served = np.empty_like(asked)
    for k in range(asked.shape[2]):
        still = asked[..., k] * (1.0 - first)
        now = _share(left, still)
        left = left - now * still
        served[..., k] = np.where(asked[..., k] > 0, first + (1.0 - first) * now, 0.0)
    return served


def _share(supply: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Supply over what is asked, from 0 to 1; 0 where nothing is asked."""
    share = np.divide(supply, asked, out=np.zeros_like(asked), where=asked > 0)
    return np.asarray(np.clip(share, 0.0, 1.0))
