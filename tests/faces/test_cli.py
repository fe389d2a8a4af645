"""The command line: the same numbers as the API, every error in plain words, no traceback, nothing half written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from commands import said

from groundplan import Economy, Outcome, plan
from groundplan.cli import main
from groundplan.tables.catalogue import entries


def started(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "groundplan", *words],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
    )


def test_help_loads_nothing_heavy() -> None:
    """Proves: `--help` imports no solver, no pandas, no numpy, so that it answers at once.

    Breaks if: a heavy import moves to the top of a module that the command line loads.
    """
    code = (
        "import sys\nfrom groundplan.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'numpy', 'pandas', 'xarray', 'linopy', 'highspy', 'scipy'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "plan" in done.stdout


def test_data_lists_every_account_with_source_and_licence(capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: `groundplan data` names every shipped table, its publisher and its licence."""
    assert main(["data"]) == 0
    out = capsys.readouterr().out
    for entry in entries():
        assert f"{entry.country} {entry.year}" in out
        assert entry.publisher in out
        assert entry.licence in out


@pytest.mark.parametrize("entry", entries(), ids=lambda e: f"{e.country}-{e.year}")
def test_an_account_on_one_page(entry: object, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: `groundplan data KEN` begins with the economy's GDP and has no more lines than a screen.

    Breaks if: the page says other figures than the economy, or fills up with tables.
    """
    country, year = entry.country, entry.year  # type: ignore[attr-defined]
    assert main(["data", country, "--year", str(year)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 60
    assert lines[4].startswith(f"GDP {Economy.load(country, year).gdp:,.0f}")


def test_the_plan_of_the_command_line_is_the_plan_of_the_api(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves: the saved outcome equals the one that `plan` returns, and the page prints its figures.

    Breaks if: a face computes something of its own.
    """
    short = ["--years", "2", "--set", "tail_years=0", "--set", "export_growth=0.05"]
    assert main(["plan", "KEN", *short, "--out", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr().out
    saved = Outcome.open(tmp_path / "out")
    ours = plan("KEN", years=2, tail_years=0, export_growth=0.05)
    assert ours.compare(saved)["largest"].max() == 0
    assert f"{ours.indicator('living standard')[2021]:.3f}" in printed
    assert (tmp_path / "out" / "report.html").is_file()
    assert main(["report", str(tmp_path / "out")]) == 0


BAD = {
    "country": (["plan", "KEM"], 2, ["no country 'KEM'", "nearest: 'KEN'"]),
    "year": (["plan", "KEN", "--year", "2020"], 2, ["2020", "2019"]),
    "command": (["paln"], 2, ["invalid choice", "nearest: 'plan'"]),
    "option": (["plan", "KEN", "--yaers", "3"], 2, ["--yaers"]),
    "policy": (["plan", "KEN", "--set", "exprot_growth=0.1"], 2, ["'exprot_growth'", "nearest: 'export_growth'"]),
    "numbers": (
        ["plan", "KEN", "--years", "ten", "--year", "y", "--tolerance", "7"],
        2,
        ["3 faults", "the years is 'ten', not a whole number", "--year\n", "the tolerance is 7"],
    ),
    "policies": (
        ["plan", "KEN", "--set", "exprot_growth=0.1", "--set", "discount_rate=9"],
        2,
        ["2 faults", "'exprot_growth'", "discount_rate is 9, outside 0 to 1"],
    ),
    "values": (["plan", "KEN", "--set", "floor=high", "--set", "steady=maybe"], 2, ["floor=high", "steady=maybe"]),
    "value": (["plan", "KEN", "--set", "floor=high"], 2, ["--set floor=high", "NAME=VALUE"]),
    "range": (["plan", "KEN", "--years", "0"], 2, ["years is 0, outside 1 to 100"]),
    "study": (["plan", "--study", "nowhere.toml"], 2, ["nowhere.toml", "cannot be read"]),
    "folder": (["report", "nowhere"], 2, ["nowhere is no outcome"]),
}  # fmt: skip


def test_a_plan_that_cannot_be_is_told_and_saved(tmp_path: Path) -> None:
    """Proves: the clash is told in words with exit code 1, and what was found out is saved where ``--out`` says."""
    done = said("plan", "KEN", "--years", "2", "--set", "floor=1.5", "--out", "out", cwd=tmp_path)
    assert done.code == 1, done.err
    assert "clash:  capacity of Health" in done.err
    assert "2020" in done.err
    assert Outcome.open(tmp_path / "out").engine == "clash"


@pytest.mark.parametrize("case", BAD)
def test_bad_words_are_told_in_plain_words(case: str, tmp_path: Path) -> None:
    """Proves: each mistake is told in words with its mend, ends with the right exit code, and writes nothing."""
    words, code, told = BAD[case]
    done = said(*words, *(["--out", "out"] if words[0] == "plan" else []), cwd=tmp_path)
    assert done.code == code, done.err
    for part in told:
        assert part in done.err
    assert list(tmp_path.iterdir()) == [], "nothing half written"


def test_a_folder_that_is_no_outcome_is_left_alone(tmp_path: Path) -> None:
    """Proves: --out never overwrites a folder that holds something else."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work", "utf-8")
    done = started("plan", "KEN", "--years", "1", "--out", "mine", cwd=tmp_path)
    assert done.returncode == 2
    assert "is no outcome" in done.stderr
    assert "Traceback" not in done.stderr
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_interrupting_the_solver_is_clean(tmp_path: Path) -> None:
    """Proves: Ctrl-C while the solver works ends with code 130, one line, no traceback and no folder.

    The signal is raised by the first word of progress that the solver gives, so it always comes while it works.
    Breaks if: the solver cannot be reached by the signal, or the outcome is written in place.
    """
    code = (
        # Whoever runs this in the background has taught it to ignore the signal.
        "import signal, sys\nfrom groundplan import cli\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "cli._say = lambda line: signal.raise_signal(signal.SIGINT) if line.startswith('solving') else None\n"
        "sys.exit(cli.main(['plan', 'KEN', '--out', 'out']))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 130, done.stderr
    assert "stopped by the user" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_stands_beside_an_outcome_is_kept(tmp_path: Path) -> None:
    """Proves: a folder with an outcome and a file of the user's own is refused, and so is a look-alike.

    Breaks if: planning again sweeps notes away.
    """
    short = ("plan", "KEN", "--years", "1", "--set", "tail_years=0", "--out", "o")
    assert said(*short, cwd=tmp_path).code == 0
    (tmp_path / "o" / "notes.txt").write_text("mine", "utf-8")
    done = said(*short, cwd=tmp_path)
    assert done.code == 2
    assert "notes.txt" in done.err
    assert (tmp_path / "o" / "notes.txt").read_text("utf-8") == "mine"
    (tmp_path / "o" / "notes.txt").unlink()
    assert said(*short, "--overwrite", cwd=tmp_path).code == 0
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "provenance.json").write_text('{"a": 1}', "utf-8")
    assert said("plan", "KEN", "--years", "1", "--out", "mine", cwd=tmp_path).code == 2
    assert said("report", "mine", cwd=tmp_path).code == 2


@pytest.mark.parametrize("words", [["plan"], ["diff", "a"], ["report"], ["stress", "GHA", "--scenario"]])
def test_a_name_of_thousands_of_letters_is_told_in_words(words: list[str], tmp_path: Path) -> None:
    """Proves: what is longer than the name of a file may be is refused like any other name, in a few lines.

    Breaks if: the system's refusal to look for such a file ends as a fault of ours.
    """
    done = said(*words, "x" * 5000, cwd=tmp_path)
    assert done.code == 2
    assert "fault of Groundplan" not in done.err
    assert "fix:" in done.err
    assert list(tmp_path.iterdir()) == []
