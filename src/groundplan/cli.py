"""The command line: words in, pages out. No arithmetic lives here, and nothing heavy loads before it is needed."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from groundplan import __version__
from groundplan.errors import GroundplanError, Interrupted, StudyError, nearest

USAGE, INTERRUPTED = 2, 130
COMMANDS = ("data", "plan", "report")


class _Parser(argparse.ArgumentParser):
    """Refuses with the nearest command and exit code 2."""

    def error(self, message: str) -> NoReturn:
        words = [w for w in sys.argv[1:2] if not w.startswith("-") and w not in COMMANDS]
        near = nearest(words[0], COMMANDS) if words and "invalid choice" in message else None
        hint = f"; nearest: '{near}'" if near else ""
        print(f"{message}{hint}\n  fix:   see `groundplan --help`", file=sys.stderr)
        sys.exit(USAGE)


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    p = _Parser(prog="groundplan", description="Plan an economy that stands on its own ground and still trades.")
    p.add_argument("--version", action="version", version=f"groundplan {__version__}")
    commands = p.add_subparsers(dest="command", metavar="COMMAND", required=True)
    data = commands.add_parser("data", help="the accounts at hand, or one account in ten lines")
    data.add_argument("country", nargs="?", help="three-letter code or English name, for example KEN")
    data.add_argument("--year", type=int, help="year of the accounts; the latest by default")
    plan = commands.add_parser("plan", help="a plan of ten years, with what holds it back and at what price")
    plan.add_argument("country", nargs="?", help="three-letter code or English name (default KEN, or the study's)")
    plan.add_argument("--years", type=int, help="length of the plan (default 10, or the study's)")
    plan.add_argument("--year", type=int, help="year of the accounts; the latest by default")
    plan.add_argument("--study", help="a study file (TOML)")
    plan.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a policy, for example --set export_growth=0.06",
    )
    plan.add_argument("--out", help="folder of the outcome (default outcomes/<country>-<year>-<years>y)")
    report = commands.add_parser("report", help="write the report of a saved outcome again")
    report.add_argument("folder", help="a folder that `groundplan plan` wrote")
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0, 1 (no plan), 2 (usage or data), 130 (interrupted)."""
    args = parser().parse_args(argv)
    try:
        return {"data": _data, "plan": _plan, "report": _report}[args.command](args)
    except GroundplanError as error:
        _clear()
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        _clear()
        print(Interrupted("stopped by the user; nothing was written"), file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _clear() -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)


def _say(line: str) -> None:
    """Progress: one line over the other on a terminal, nothing in a pipe."""
    if sys.stderr.isatty():
        print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)


def _data(args: argparse.Namespace) -> int:
    if args.country is None:
        from groundplan.tables.catalogue import entries

        for entry in entries():
            print(f"{entry.country} {entry.year}  {entry.country_name:<12} {entry.money:<10} {entry.publisher}")
            print(f"          {'table':<12} {entry.title}")
            print(f"          {'licence':<12} {entry.licence}")
        print("\nOne account in ten lines: groundplan data KEN")
        return 0
    from groundplan.economy.economy import Economy
    from groundplan.results.accounts import account_lines

    print("\n".join(account_lines(Economy.load(args.country, args.year))))
    return 0


def _plan(args: argparse.Namespace) -> int:
    from groundplan.results.report import report
    from groundplan.results.summary import summary
    from groundplan.study import Study, open_study, with_choices

    study = open_study(args.study) if args.study else Study.of("KEN" if args.country is None else args.country)
    choices = _choices(args.set)
    if args.years is not None:
        choices["years"] = args.years
    study = with_choices(study, args.country, args.year, choices)
    outcome = study.run(_say)
    _say("writing the outcome")
    about = outcome.provenance
    name = f"{about['country']}-{about['accounts_year']}-{len(about['years'])}y"
    folder = args.out if args.out is not None else os.path.join("outcomes", name)
    page = summary(outcome)
    texts = {"report.html": report(outcome), "study.toml": str(about["study"])}
    saved = outcome.save(folder, texts)
    _clear()
    print(page)
    print(f"\nSaved in {saved}; read {saved / 'report.html'} in a browser.")
    return 0


def _choices(settings: Sequence[str]) -> dict[str, Any]:
    """``name=value`` pairs, values read as TOML."""
    import tomllib

    out: dict[str, Any] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        try:
            if not equals:
                raise ValueError
            read = tomllib.loads(f"value = {value}")
            if len(read) != 1:
                raise ValueError
            out[name.strip()] = read["value"]
        except ValueError:
            raise StudyError(
                f"--set {setting} is not NAME=VALUE",
                fix="for example --set export_growth=0.06, or --set solver='\"ipm\"'",
            ) from None
    return out


def _report(args: argparse.Namespace) -> int:
    from groundplan.outcome import Outcome
    from groundplan.results.report import write_report

    print(write_report(Outcome.open(args.folder), args.folder))
    return 0
