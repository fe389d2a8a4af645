"""What a crisis does to an economy, who runs dry, and what coordination is worth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import pandas as pd

from groundplan.batches.compute import Runner
from groundplan.errors import StudyError, UnknownName
from groundplan.outcome import Outcome
from groundplan.shocks.scenarios.scenario import Scenario, library, open_scenario, ready
from groundplan.shocks.scenarios.settings import SETTINGS
from groundplan.study.asking import Files, Subject, accounts_of, study_of
from groundplan.study.ranged_outcomes import with_account_ranges
from groundplan.study.repeating import repeating_accounts
from groundplan.study.worded import scenario_called, with_taken
from groundplan.verb_table import refuse_unknown

if TYPE_CHECKING:
    from groundplan.planning.families.family import Family
    from groundplan.shocks.drawing.distributions import Distribution


def stress(
    economy: Subject = None,
    scenario: Scenario | str | Path = "fuel cut",
    *,
    list: bool = False,
    preview: bool = False,
    setting: str | None = None,
    no_plan: bool = False,
    threshold: float | None = None,
    ensemble: Distribution | int | str | Path | None = None,
    seed: int = 0,
    workers: int = 1,
    address: str | None = None,
    run: str | Path | None = None,
    cuts: bool = False,
    ranges: int = 8,
    families: Sequence[Family] | None = None,
    progress: Callable[[str], None] = lambda _: None,
    **files: Unpack[Files],
) -> Outcome:
    """What a crisis does to an economy: losses, standstills and why, the worth of coordination, and how sure it is.

    ``economy`` and ``files`` as in ``see``; ``scenario`` is a ``Scenario``, a ready one by name or a TOML file.
    ``list``: the ready scenarios, and nothing is run; ``preview``: what the scenario removes, and nothing is run.
    ``setting``: tell the loss in this one of rigid, middle and flexible, and not in all that the scenario asks for.
    ``no_plan`` leaves out the planned response; ``families`` are its limits. ``threshold``: search what keeps the loss
    under this share of a year's final use. ``ensemble``: a ``Distribution``, its file, or a number of members drawn
    around the scenario (``crisis.story.around``) from ``seed``, run by ``workers`` processes or the Dask scheduler at
    ``address``, with finished batches kept in the folder ``run``. ``cuts`` adds the loss for a cut of every import.
    Of estimated accounts figures are ranges from ``ranges`` of their draws (``study.ranged_outcomes``).

    Arrays and tables are those of ``crisis.story.tell``; a list has the table ``scenarios`` (scenario, about), a
    preview the table ``lines`` (line). Raises ``UnknownName`` and ``StudyError`` for what does not exist, and what
    ``crisis.story.tell`` raises.

    >>> abs(stress("KEN", Scenario(name="calm"), no_plan=True).provenance["value_added_lost"]) < 1e-6
    True
    """
    refuse_unknown("stress", files)
    if list:
        rows = [(name, s.about) for name, s in library().items()]
        table = pd.DataFrame(rows, columns=["scenario", "about"])
        return Outcome({}, {"scenarios": table}, {"engine": "scenarios"})
    plot = scenario if isinstance(scenario, Scenario) else _open(scenario)
    if setting is not None:
        plot = _in_setting(plot, setting)
    progress("reading the accounts")
    opened = accounts_of(economy, **files)
    ranged = bool(ranges) and opened.economy.estimate is not None
    if ensemble is None and not ranged and (run is not None or address is not None or workers != 1):
        raise StudyError("--run, --workers and --address are of --ensemble", fix="name it: --ensemble 1000")
    coded, taken = scenario_called(opened.economy, plot)
    if preview:
        from groundplan.shocks.dynamics.build import system_of
        from groundplan.shocks.dynamics.preview import preview_lines
        from groundplan.shocks.provenance import provenance

        lines = preview_lines(system_of(opened.economy, coded), coded)
        about = with_taken(provenance(opened.economy, coded, "preview"), taken)
        return Outcome({}, {"lines": pd.DataFrame({"line": lines})}, {**about, "engine": "preview"})
    from groundplan.crisis import story

    distribution = _distribution(ensemble, coded, seed)
    crisis = story.tell(
        opened.economy, coded, coordination=not no_plan, threshold=threshold, ensemble=distribution, workers=workers,
        address=address, folder=run, table=cuts, families=families, progress=progress,
    )  # fmt: skip
    again = repeating_accounts(
        "stress", economy, opened, scenario=_word(scenario), setting=setting, no_plan=no_plan, threshold=threshold,
        ensemble=ensemble, seed=seed, cuts=cuts, ranges=ranges if ranged else None,
    )  # fmt: skip
    asked = {"scenario": plot, "no_plan": no_plan, "threshold": threshold, "cuts": cuts, "families": families,
             "ranges": 0}  # fmt: skip
    crisis = with_account_ranges(
        crisis, study_of(economy, choices=files), opened.economy, f"{__name__}:stress", asked, draws=ranges,
        runner=Runner(workers, address, None if ensemble is not None else run), progress=progress,
    )  # fmt: skip
    return crisis.noting(**with_taken(again, taken))


def _word(scenario: Scenario | str | Path) -> Scenario | str | Path:
    """A scenario as it is named: a ready one that was handed over, by its name."""
    named = isinstance(scenario, Scenario) and library().get(scenario.name) == scenario
    return scenario.name if isinstance(scenario, Scenario) and named else scenario


def _in_setting(plot: Scenario, setting: str) -> Scenario:
    """The scenario in one setting. Raises ``UnknownName`` for none, ``StudyError`` where the rule has no settings."""
    if setting not in SETTINGS:
        raise UnknownName("setting", setting, SETTINGS)
    return plot.in_setting(setting)


def _open(name: str | Path) -> Scenario:
    """A scenario from a TOML file, or a ready one by its name. Raises ``UnknownName`` with the nearest."""
    path = Path(name)
    return open_scenario(path) if path.suffix == ".toml" else ready(str(name))


def _distribution(asked: Distribution | int | str | Path | None, plot: Scenario, seed: int) -> Distribution | None:
    from groundplan.crisis import story
    from groundplan.shocks.drawing.distributions import Distribution, open_distribution

    if asked is None or isinstance(asked, Distribution):
        return asked
    words = str(asked)
    if not words.lstrip("-").isdigit():
        return open_distribution(words, ready)
    if int(words) < 1:
        raise StudyError(f"--ensemble {asked} has no members", fix="give a number from 1, or a file")
    return story.around(plot, int(words), seed)
