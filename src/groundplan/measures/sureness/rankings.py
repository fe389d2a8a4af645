"""The rankings of the overview: each of an economy, and of many draws of it at once by the same formulas."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.measures.bundles import Bundle
from groundplan.measures.dependence import content_by_product, import_content_by_product
from groundplan.measures.exports import foreign_market_share
from groundplan.measures.extraction import extraction_table, loss_of_each
from groundplan.measures.labelled import share_of
from groundplan.measures.lifelines import critical, exposure
from groundplan.measures.paths import path_values, values_of
from groundplan.measures.sureness.confidence import AtOnce
from groundplan.measures.sureness.stack import Stack

THRESHOLD = 0.01


def rankings(use: str | Bundle, paths: Sequence[str]) -> dict[str, AtOnce]:
    """Products by import content of a final use, sectors by value added lost without them, imports by the final use
    that hangs on them, sectors by their share of markets abroad, and chains of the final use by what they carry.

    Units: money / year; markets 1.
    """
    return {
        "products": AtOnce(partial(_needs, use), partial(_needs_of_draws, use)),
        "sectors": AtOnce(_carries, _carries_of_draws),
        "cut_off": AtOnce(_hangs, _hangs_of_draws),
        "markets": AtOnce(_markets, _markets_of_draws),
        "paths": AtOnce(partial(_chains, use, list(paths)), partial(_chains_of_draws, use, list(paths))),
    }


def _needs(use: str | Bundle, e: Economy) -> pd.Series:
    return import_content_by_product(e, use).to_series()


def _needs_of_draws(use: str | Bundle, s: Stack) -> np.ndarray:
    """A_m L f_d + f_m."""
    f = s.bundle(use)
    return content_by_product(s.foreign, s.requirements(f.home), f.imported)


def _carries(e: Economy) -> pd.Series:
    return extraction_table(e)["value_added"].reindex(list(e.sectors))


def _carries_of_draws(s: Stack) -> np.ndarray:
    """(v'L)_k p_k − v_k q_k, as in the head of ``extraction``."""
    d, own = (np.diagonal(m, axis1=-2, axis2=-1) for m in (s.inverse, s.home))
    f = s.output - (s.home @ s.output[..., None])[..., 0]
    v = s.per_output(s.value_added)
    return loss_of_each(d, own, s.output, f, v, s.prices(v))


def _hangs(e: Economy) -> pd.Series:
    exposed: pd.Series = exposure(e, THRESHOLD)["exposed_final"].where(e.imports.values > 0)
    return exposed


def _hangs_of_draws(s: Stack) -> np.ndarray:
    """Σ_j f_d[j] over N[i,j] ≥ threshold, and f_m[i]; NaN for what is not imported."""
    everything = s.bundle("final use")
    home, direct = everything.home.clip(min=0.0), everything.imported.clip(min=0.0)
    over = critical(s.imported_need, THRESHOLD).astype(float)
    return np.where(s.imports > 0, content_by_product(over, home, direct), np.nan)


def _markets(e: Economy) -> pd.Series:
    return foreign_market_share(e).to_series()


def _markets_of_draws(s: Stack) -> np.ndarray:
    """(L e)[j] / x[j]."""
    return share_of(s.requirements(s.exports), s.output)


def _chains(use: str | Bundle, paths: list[str], e: Economy) -> pd.Series:
    return path_values(e, paths, use)


def _chains_of_draws(use: str | Bundle, paths: list[str], s: Stack) -> np.ndarray:
    """A_m[i,s₁] · A_d[s₁,s₂] ⋯ f_d[s_k]."""
    return values_of(s.printed.sectors, paths, s.home, s.foreign, s.bundle(use))
