"""``groundplan stress``: what a crisis does, told on one page."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from groundplan.commands import accounts_options
from groundplan.errors import StudyError

HELP = "what happens when it is cut off, who runs dry, and what coordination is worth"


def add(p: argparse.ArgumentParser) -> None:
    """The options of the command."""
    accounts_options.add(p)
    p.add_argument("--scenario", default="fuel cut", help="a ready scenario by name, or a TOML file (default fuel cut)")
    p.add_argument("--list", action="store_true", help="list the ready scenarios")
    p.add_argument("--preview", action="store_true", help="tell what the scenario removes, and run nothing")
    p.add_argument("--no-plan", action="store_true", help="leave out the planned response")
    p.add_argument("--threshold", type=float, help="search what keeps the loss under this share of a year's final use")
    p.add_argument("--ensemble", metavar="N|FILE", help="members drawn around the scenario, or a distribution (TOML)")
    p.add_argument("--seed", type=int, default=0, help="seed of the ensemble (default 0)")
    p.add_argument("--workers", type=int, default=1, help="processes for the ensemble (default 1)")
    p.add_argument("--address", help="a Dask scheduler for the ensemble, for example tcp://10.0.0.5:8786")
    p.add_argument("--run", metavar="FOLDER", help="keep finished batches here, so that a stopped run goes on")
    p.add_argument("--cuts", action="store_true", help="also the loss for a cut of every import by itself")
    p.add_argument("--json", action="store_true", help="print everything as JSON")
    p.add_argument("--out", metavar="FOLDER", help="folder to save the outcome and its report in")


def run(args: argparse.Namespace, say: Callable[[str], None], clear: Callable[[], None]) -> int:
    """Print the story, or the list, or the preview."""
    if args.list:
        print("\n".join(_listed()))
        return 0
    from groundplan.accounts import open_plot, stress_test
    from groundplan.results.report import report
    from groundplan.results.see_summary import as_json
    from groundplan.results.stress_summary import stress_summary

    if args.ensemble is None and (args.run or args.address or args.workers != 1):
        raise StudyError("--run, --workers and --address are of --ensemble", fix="name it: --ensemble 1000")
    plot = open_plot(args.scenario)
    say("reading the accounts")
    economy, _ = accounts_options.opened(args)
    if args.preview:
        from groundplan.shocks.build import system_of
        from groundplan.shocks.preview import told

        clear()
        print("\n".join(told(system_of(economy, plot), plot)))
        return 0
    outcome = stress_test(
        economy, plot, ensemble=_ensemble(args.ensemble), seed=args.seed, progress=say,
        coordination=not args.no_plan, threshold=args.threshold, workers=args.workers, address=args.address,
        folder=args.run, table=args.cuts,
    )  # fmt: skip
    page = as_json(outcome) if args.json else stress_summary(outcome)
    saved = outcome.save(args.out, {"report.html": report(outcome)}) if args.out else None
    clear()
    print(page)
    if saved is not None:
        print(f"Saved in {saved}; read {saved / 'report.html'} in a browser.", file=sys.stderr)
    return 0


def _listed() -> list[str]:
    from groundplan.shocks.library import library

    return [line for name, s in library().items() for line in (name, f"          {s.about}")]


def _ensemble(asked: str | None) -> int | str | None:
    if asked is None or not asked.lstrip("-").isdigit():
        return asked
    if int(asked) < 1:
        raise StudyError(f"--ensemble {asked} has no members", fix="give a number from 1, or a file")
    return int(asked)
