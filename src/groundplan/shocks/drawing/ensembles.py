"""Ensembles: thousands of scenarios, and what their losses look like together."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.batches.compute import Progress, compute
from groundplan.batches.job import Arrays, BatchJob
from groundplan.economy.economy import Economy
from groundplan.errors import StudyError
from groundplan.glossary import quantity
from groundplan.outcome import Outcome
from groundplan.shocks.drawing.distributions import Distribution
from groundplan.shocks.dynamics.build import system_of
from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.run_record import by_need, need_names, stop_steps, times_of, unmet_by_input
from groundplan.shocks.dynamics.shock import shock_of
from groundplan.shocks.dynamics.system import System
from groundplan.shocks.provenance import as_values, provenance

BATCH = 16
CONFIDENCE = (0.5, 0.75, 0.9, 0.95, 0.99)


@dataclass(frozen=True, eq=False)
class Members:
    """What is kept of an ensemble.

    loss   B       final demand not met, money
    unmet  B × K   the same by need
    stop   B × n   the step in which each sector stops, −1 for never
    """

    loss: np.ndarray
    unmet: np.ndarray
    stop: np.ndarray


@dataclass(frozen=True, eq=False)
class EnsembleInputs:
    """What a worker needs for members of an ensemble: the system, and what is drawn around its scenario."""

    system: System
    distribution: Distribution


def ensemble_job(
    system: System, distribution: Distribution, batch: int = BATCH
) -> BatchJob[EnsembleInputs, EnsembleInputs]:
    """An ensemble for the batch runner; its arrays are the fields of ``Members``."""
    given = EnsembleInputs(system, distribution)
    return BatchJob(given, _as_given, _run, distribution.members, batch, fingerprint(given, batch))


def _as_given(given: EnsembleInputs) -> EnsembleInputs:
    return given


def _run(given: EnsembleInputs, members: range) -> Arrays:
    s, d = given.system, given.distribution
    paths = propagate_batch(s, [shock_of(s, d.member(k)) for k in members])
    lost = unmet_by_input(paths)
    return vars(Members(lost.sum(axis=1), by_need(s, lost), stop_steps(s, paths)))


def fingerprint(given: EnsembleInputs, batch: int) -> str:
    """A hash of everything that the numbers depend on: flows, behaviour, scenario, distribution, batch, version."""
    digest = hashlib.sha256()
    for spec in dataclasses.fields(given.system):
        value = getattr(given.system, spec.name)
        if isinstance(value, np.ndarray):
            digest.update(f"{spec.name} {value.shape} {value.dtype}".encode())
            digest.update(np.ascontiguousarray(value).tobytes())
        elif isinstance(value, tuple):
            digest.update(json.dumps([spec.name, value]).encode())
    d = given.distribution
    values = {
        "version": version("groundplan"),
        "numpy": np.__version__,
        "scenario": as_values(d.scenario),
        "draws": [vars(draw) for draw in d.draws],
        "groups": dict(d.groups),
        "members": d.members,
        "seed": d.seed,
        "batch": batch,
    }
    digest.update(json.dumps(values, sort_keys=True).encode())
    return digest.hexdigest()


def run_ensemble(
    e: Economy,
    distribution: Distribution,
    *,
    workers: int = 1,
    address: str | None = None,
    folder: str | Path | None = None,
    batch: int = BATCH,
    confidence: Sequence[float] = CONFIDENCE,
    progress: Progress | None = None,
) -> Outcome:
    """All members of a distribution through the adaptive engine.

    ``workers`` processes on this machine, or those of a Dask scheduler at ``address``; ``folder`` keeps finished
    batches, so that a run that was stopped goes on; ``batch`` members are computed together. The numbers depend on
    economy, distribution and batch alone.
    Arrays: ensemble_loss (member), ensemble_need_unmet (member × need), value_at_risk and conditional_value_at_risk
    (confidence), first_to_stop and ever_stops (sector). Tables: drawn (member by member), loss_curve (loss, and the
    share of members that lose more). Units: money at base-year prices over the horizon.
    Raises ``StudyError``, ``UnknownName``, ``Interrupted``, ``GroundplanError`` (see ``batches.compute.compute``).
    """
    outside = [c for c in confidence if not 0 <= c < 1]
    if outside or not confidence:
        raise StudyError(f"confidence {outside or confidence} is no probability", fix="give numbers from 0 to below 1")
    system = system_of(e, distribution.scenario)
    job = ensemble_job(system, distribution, batch)
    members = Members(**compute(job, workers=workers, address=address, folder=folder, progress=progress))
    return Outcome(
        arrays_of(system, members, confidence),
        {"drawn": drawn_table(distribution), "loss_curve": loss_curve(members.loss)},
        provenance(
            e,
            distribution.scenario,
            "ensemble",
            members=distribution.members,
            seed=distribution.seed,
            draws=[{k: v for k, v in vars(d).items() if v not in (None, "")} for d in distribution.draws],
            groups=dict(distribution.groups),
            batch=batch,
            fingerprint=job.fingerprint,
            mean_loss=float(members.loss.mean()),
        ),
    )


def arrays_of(s: System, m: Members, confidence: Sequence[float] = CONFIDENCE) -> dict[str, xr.DataArray]:
    """The labelled arrays of an ensemble; names and units as in the glossary."""
    first, ever = stopping(m.stop)
    at_risk = np.array([value_at_risk(m.loss, c) for c in confidence])
    beyond = np.array([conditional_value_at_risk(m.loss, c) for c in confidence])
    number, sectors, levels = np.arange(len(m.loss)), list(s.sectors), [float(c) for c in confidence]

    def named(name: str, values: np.ndarray, **coords: object) -> xr.DataArray:
        return quantity(name, xr.DataArray(values, coords=coords, dims=list(coords)), s.money)

    return {
        "ensemble_loss": named("ensemble_loss", m.loss, member=number),
        "ensemble_need_unmet": named("ensemble_need_unmet", m.unmet, member=number, need=need_names(s)),
        "value_at_risk": named("value_at_risk", at_risk, confidence=levels),
        "conditional_value_at_risk": named("conditional_value_at_risk", beyond, confidence=levels),
        "first_to_stop": named("first_to_stop", first, sector=sectors),
        "ever_stops": named("ever_stops", ever, sector=sectors),
    }


def value_at_risk(loss: np.ndarray, confidence: float) -> float:
    """The least loss that is not exceeded with the given probability.

        VaR_c = inf { l : F(l) ≥ c },   F the losses' own distribution

    Units: money. Source: Rockafellar and Uryasev (2002) (citation not checked).

    >>> value_at_risk(np.array([1.0, 2.0, 3.0, 4.0]), 0.75)
    3.0
    """
    ordered = np.sort(loss)
    # A product such as 0.95 · 1000 may come out a rounding above the whole number that it is.
    at = int(np.ceil(confidence * len(ordered) - 1e-9)) - 1
    return float(ordered[max(at, 0)])


def conditional_value_at_risk(loss: np.ndarray, confidence: float) -> float:
    """The mean of the worst share 1 − c of losses; of all of them at c = 0.

        CVaR_c = VaR_c + mean(max(0, loss − VaR_c)) / (1 − c)

    Units: money. Source: Rockafellar and Uryasev (2002) (citation not checked).

    >>> conditional_value_at_risk(np.array([1.0, 2.0, 3.0, 4.0]), 0.5)
    3.5
    """
    at_risk = value_at_risk(loss, confidence)
    return at_risk + float(np.maximum(loss - at_risk, 0.0).mean()) / (1.0 - confidence)


def stopping(stop: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How often each sector is the first to stop, and stops at all; n each, shares of members.

    Sectors that stop first in the same step share the member.
    """
    when = times_of(stop)
    first = (when == when.min(axis=1, keepdims=True)) & np.isfinite(when)
    shared = first / np.maximum(first.sum(axis=1, keepdims=True), 1)
    return shared.mean(axis=0), np.isfinite(when).mean(axis=0)


def loss_curve(loss: np.ndarray) -> pd.DataFrame:
    """Losses from the smallest to the largest, and the share of members that lose more."""
    ordered = np.sort(loss)
    return pd.DataFrame({"loss": ordered, "exceeded": 1.0 - np.arange(1, len(ordered) + 1) / len(ordered)})


def drawn_table(d: Distribution) -> pd.DataFrame:
    """What was drawn: a row a member, a column a draw."""
    columns = ["member", *(f"{draw.event}: {draw.field}" for draw in d.draws)]
    return pd.DataFrame([(k, *d.values_of(k)) for k in range(d.members)], columns=columns)
