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
COMMANDS = ("data", "plan", "report", "see", "template")


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
    see = commands.add_parser("see", help="where an economy depends on others, and what carries it")
    see.add_argument("country", nargs="?", default="KEN", help="three-letter code or name, or a filled template")
    see.add_argument("--year", type=int, help="year of the accounts; the latest by default")
    see.add_argument("--use", default="household", help="the final use that is followed (default household)")
    see.add_argument("--product", help="a product to look at more closely, by code or name")
    see.add_argument("--partner", help="a partner to look at more closely; needs accounts that part imports by partner")
    see.add_argument("--draws", type=int, default=200, help="how often the table is drawn again (default 200)")
    see.add_argument("--seed", type=int, default=0, help="seed of the draws (default 0)")
    see.add_argument("--stock-days", type=float, default=30.0, help="days of use in stock, assumed (default 30)")
    see.add_argument("--top", type=int, default=10, help="entries of a ranking (default 10)")
    see.add_argument("--world", help="a world table that holds the country")
    see.add_argument("--layout", help="its layout: wiod2013, wiod2016, icio or figaro")
    see.add_argument("--edition", default="", help="its edition, for the record")
    see.add_argument("--mapping", help="a mapping file (TOML) for a file that differs from its layout")
    see.add_argument("--json", action="store_true", help="print everything as JSON")
    see.add_argument("--out", help="folder to save the outcome and its report in")
    report = commands.add_parser("report", help="write the report of a saved outcome again")
    report.add_argument("folder", help="a folder that `groundplan plan` wrote")
    template = commands.add_parser("template", help="write an empty or worked template for a table of your own")
    template.add_argument("path", nargs="?", help="workbook (default own_table.xlsx) or, with --csv, folder to write")
    content = template.add_mutually_exclusive_group()
    content.add_argument("--sectors", default="20", help="their number, or a file with columns code and name")
    content.add_argument("--like", metavar="COUNTRY", help="filled with a shipped country's accounts, as an example")
    template.add_argument("--year", type=int, help="year of these accounts; the latest by default")
    template.add_argument("--csv", action="store_true", help="a folder of CSV files instead of a workbook")
    template.add_argument("--imports-total", action="store_true", help="imports by product only, not by use")
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0, 1 (no plan), 2 (usage or data), 130 (interrupted)."""
    args = parser().parse_args(argv)
    try:
        return {"data": _data, "plan": _plan, "report": _report, "see": _see, "template": _template}[args.command](args)
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


def _see(args: argparse.Namespace) -> int:
    from pathlib import Path

    from groundplan.accounts import open_accounts, open_world, see
    from groundplan.economy.economy import Economy
    from groundplan.results.report import report
    from groundplan.results.see_summary import as_json, see_summary

    mapping = Path(args.mapping) if args.mapping else None
    world, economy = None, None
    if args.world:
        _say("reading the world table")
        world = open_world(args.world, args.layout or "", args.year, edition=args.edition, mapping=mapping)
    else:
        economy = open_accounts(args.country, args.year, mapping=mapping)
    asked: Economy | str = args.country if economy is None else economy
    names = ("use", "product", "partner", "draws", "seed", "stock_days", "top")
    outcome = see(asked, world=world, progress=_say, **{name: getattr(args, name) for name in names})
    page = as_json(outcome) if args.json else see_summary(outcome)
    saved = outcome.save(args.out, {"report.html": report(outcome)}) if args.out else None
    _clear()
    print(page)
    if saved is not None:
        print(f"Saved in {saved}; read {saved / 'report.html'} in a browser.", file=sys.stderr)
    return 0


def _template(args: argparse.Namespace) -> int:
    from pathlib import Path

    from groundplan.tables import catalogue, form
    from groundplan.tables.template import sector_list
    from groundplan.tables.template_files import write_template

    if args.like and args.imports_total:
        raise GroundplanError("--like fills in imports by use", fix="leave out --imports-total")
    if args.like:
        content = form.filled(catalogue.load(args.like, args.year))
    else:
        number = args.sectors.isascii() and args.sectors.isdigit()
        sectors = form.numbered(int(args.sectors)) if number else sector_list(Path(args.sectors))
        content = form.blank(sectors, imports=form.TOTAL if args.imports_total else form.BY_USE)
    path = Path(args.path or ("own_table" if args.csv else "own_table.xlsx"))
    print(f"Written: {write_template(path, content, as_csv=args.csv)}")
    return 0
