"""Concordances as files: what is shipped is whole, what is wrong is told."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from economies import SHIPPED, WIOD, shipped

from groundplan.errors import GroundplanError
from groundplan.sources import Source
from groundplan.tables.concordances import load, names, read
from groundplan.tables.readers import wiod

OWN = Source("a ministry", "its own list", "2024", "none")


def written(folder: Path, text: str) -> Path:
    path = folder / "own.csv"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("name", names())
def test_shipped_concordances_say_where_they_come_from(name: str) -> None:
    """Proves: every shipped concordance reads, names publisher, title, vintage and what was checked, and says so in
    every row whose weight is an estimate.
    """  # fmt: skip
    c = load(name)
    assert all([c.source.publisher, c.source.title, c.source.vintage, c.source.licence, c.checked, c.from_list])
    assert c.kind in ("exact", "estimate")
    shared = c.rows[c.rows["weight"] < 1]
    assert shared.empty or c.kind == "estimate"
    assert shared["note"].str.contains("estimate").all()
    assert (c.weights.sum(axis=1) - 1).abs().max() < 1e-9 * 1e3


@pytest.mark.parametrize("case", SHIPPED)
def test_nothing_of_a_shipped_country_is_unmapped(case: str) -> None:
    """Proves: the broad list maps the whole output of every shipped country, and each note holds the printed label."""
    e, broad = shipped(case), load("groundplan_broad")
    done = broad.apply(e.output.to_series())
    assert done.unmapped_share == 0.0
    assert done.unmapped == ()
    assert done.values.sum() == pytest.approx(float(e.output.sum()))
    notes = broad.rows.set_index("from")["note"]
    for code in e.sectors:
        assert e.label(code) in notes[code]


def test_divisions_agree_across_lists() -> None:
    """Proves: a NACE division, its A64 code and its WIOD code come to the same broad sector, and so do chapters."""
    broad = load("groundplan_broad").rows.set_index("from")["to"]
    for name in ("nace2_to_a64", "nace2_to_wiod2016", "nace2_to_isic4"):
        rows = load(name).rows
        assert len(rows) == 88
        assert (broad.loc[rows["from"]].to_numpy() == broad.loc[rows["to"]].to_numpy()).all(), name
    for name in ("hs_to_isic4", "isic31_to_isic4"):
        assert set(load(name).rows["to"]) <= set(load("nace2_to_isic4").rows["from"])
    assert load("nace2_to_a64").rows["to"].nunique() == 64
    assert load("nace2_to_wiod2016").rows["to"].nunique() == 56
    assert load("isic31_to_wiod2013").rows["to"].nunique() == 35
    assert load("hs_to_isic4").rows["from"].nunique() == 96


@pytest.mark.skipif(not WIOD.is_dir(), reason="the national tables of WIOD 2016 are not at hand (GROUNDPLAN_SHARED)")
def test_wiod_codes_are_the_publishers() -> None:
    codes = list(wiod.read(WIOD / "KOR_2014.csv", "KOR", 2014, "USD2014m").labels.index)
    assert set(codes) == set(load("nace2_to_wiod2016").rows["to"])
    assert load("groundplan_broad").unmapped(pd.Index(codes)) == []


def test_unmapped_value_is_reported(tmp_path: Path) -> None:
    """Proves: a third of what is shared goes there, and the share of what no row maps is of absolute value."""
    path = written(tmp_path, "from,to,weight,note\na,x,0.25,\na,y,0.75,mostly\nb,y,1,\n")
    c = read(path, source=OWN)
    done = c.apply(pd.Series({"a": 8.0, "b": 1.0, "lost": -3.0}))
    assert done.values.to_dict() == {"x": 2.0, "y": 7.0}
    assert done.unmapped_share == pytest.approx(3 / 12)
    assert done.unmapped == ("lost",)
    assert c.unmapped_share(pd.Series({"a": 1.0})) == 0.0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("from,to,weight\na,x,0.5\n", "weights of 'a' sum to 0.5, not 1"),
        ("from,to,weight\na,x,half\n", "line 2: weight 'half' is not a number"),
        ("from,to,share\na,x,1\n", "columns are missing: weight"),
        ("from,to,weight\na,x,1.5\na,y,-0.5\n", "'a' → 'x' has the weight 1.5"),
        ("from,to,weight\na,x,0.5\na,x,0.5\n", "'a' → 'x' is there twice"),
        ("from,to,weight\n,x,1\n", "1 rows name no 'from' or no 'to'"),
        ("from,to,weight\n", "columns are missing"),
        ("from,to,weight\na,x,0.5\nb,x,0.7\n", r"(?s)'a' sum to 0.5.*'b' sum to 0.7"),
    ],
)
def test_faulty_files_are_refused(tmp_path: Path, text: str, told: str) -> None:
    """Proves: a concordance that would lose or double value is not read; every fault is told."""
    with pytest.raises(GroundplanError, match=told):
        read(written(tmp_path, text), source=OWN)


def test_figures_that_are_none_and_unknown_names(tmp_path: Path) -> None:
    c = read(written(tmp_path, "from,to,weight\na,x,1\n"), source=OWN)
    with pytest.raises(GroundplanError, match="1 figures are not numbers: a"):
        c.apply(pd.Series({"a": float("nan")}))
    with pytest.raises(GroundplanError, match="no concordance 'hs_to_isic'; nearest: 'hs_to_isic4'"):
        load("hs_to_isic")
