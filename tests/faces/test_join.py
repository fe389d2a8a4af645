"""Joint plans at the command line: the same figures as in Python, and refusals in plain words."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from groundplan import join
from groundplan.cli import main
from groundplan.outcome import Outcome
from groundplan.planning.joining.union import Link


def test_the_joint_plan_of_the_command_line_is_that_of_the_api(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves: the saved outcome is what ``join`` returns; the page says the gain and is beside it.

    Breaks if: an option is read and not passed on.
    """
    words = ["join", "KEN", "GHA", "--years", "1", "--rate", "KEN=2", "--rate", "GHA=0.1", "--currency", "USD"]
    words += ["--rate-source", "made up for a test", "--pace", "0.05", "--clearing", "year"]
    assert main([*words, "--out", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr().out
    saved = Outcome.open(tmp_path / "out")
    ours = join(
        ["KEN", "GHA"],
        years=1,
        rate={"KEN": 2.0, "GHA": 0.1},
        currency="USD",
        rate_source="made up for a test",
        links=[Link(pace=0.05, clearing="year")],
    )
    assert ours.compare(saved)["largest"].max() == 0
    pd.testing.assert_frame_equal(saved.table("joint_countries"), ours.table("joint_countries"), check_dtype=False)
    assert float(ours["shipment"].sum()) > 0
    assert "Kenya and Ghana win" in printed
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "made up for a test" in page
    assert "Kenya ships" in page
    assert main(["report", str(tmp_path / "out")]) == 0


BAD = {
    "one country": (["join", "KEN"], ["name two to 10 countries"]),
    "no rate": (["join", "KEN", "GHA"], ["KES2019bn, GHS2019m", "no rate for KEN, GHA", "no source"]),
    "bad rate": (["join", "KEN", "GHA", "--rate", "KEN:2"], ["--rate KEN:2 is not COUNTRY=UNITS"]),
    "country": (["join", "KEN", "GHN"], ["no country 'GHN'", "nearest: 'Ghana'"]),
    "range": (["join", "BEL", "NLD", "--transport", "2"], ["transport of a link is 2, outside 0 to 0.9"]),
    "layout": (["join", "BEL", "BRA", "--year", "2019", "--rate", "BEL=1", "--rate", "BRA=4.4", "--currency", "EUR",
                "--rate-source", "made up"], ["BRA and BEL have no product code in common"]),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_words_are_told_in_plain_words(case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words, told = BAD[case]
    assert main([*words, "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    for part in told:
        assert part in said, said
    assert not (tmp_path / "out").exists()
