"""Outcomes: save → open → compare gives zeros, and a folder is written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from groundplan import Outcome, plan
from groundplan.errors import GroundplanError, UnknownName

names = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)
numbers = st.floats(allow_nan=True, allow_infinity=False, width=64)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(names, min_size=1, max_size=5, unique=True), st.data())
def test_any_array_comes_back_as_it_was(labels: list[str], data: st.DataObject) -> None:
    """Proves: labels in any script and every bit of every number survive saving.

    Breaks if: numbers are rounded on the way out, or a label like 'NA' or '1e5' is read as something else.
    """
    import tempfile

    values = np.array(data.draw(st.lists(numbers, min_size=2 * len(labels), max_size=2 * len(labels)))).reshape(-1, 2)
    array = xr.DataArray(values, coords={"place": labels, "year": [2020, 2021]}, dims=("place", "year"), name="a")
    array.attrs = {"units": "t / year", "long_name": "anything"}
    table = pd.DataFrame({"name": labels, "value": values[:, 0]})
    with tempfile.TemporaryDirectory() as folder:
        outcome = Outcome({"a": array}, {"t": table}, {"note": "é"})
        back = Outcome.open(outcome.save(Path(folder) / "o"))
    xr.testing.assert_identical(back["a"], array)
    pd.testing.assert_frame_equal(back.table("t"), table.astype({"name": object}))
    assert back.provenance == {"note": "é"}


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return plan("KEN", years=2)


def test_a_plan_reloads_equal(outcome: Outcome, tmp_path: Path) -> None:
    """Proves: save → open → compare gives zeros in every array, the same tables and the same provenance."""
    back = Outcome.open(outcome.save(tmp_path / "plan"))
    assert set(back.arrays) == set(outcome.arrays)
    assert (outcome.compare(back)[["largest", "relative", "only_here", "only_there"]] == 0).all().all()
    for name, table in outcome.tables.items():
        pd.testing.assert_frame_equal(back.table(name), table, check_dtype=False)
    assert back["level"].attrs == outcome["level"].attrs
    assert back.provenance["sources"] == outcome.provenance["sources"]


def test_compare_sees_a_change(outcome: Outcome) -> None:
    """Proves: a changed figure and a missing label are both reported."""
    changed = Outcome({**outcome.arrays, "level": outcome["level"].isel(activity=slice(1, None)) + 1.0})
    row = changed.compare(outcome).loc["level"]
    assert row["largest"] == pytest.approx(1.0)
    assert row["only_there"] == 2


def test_every_array_has_a_unit(outcome: Outcome) -> None:
    """Proves: all arrays carry units and a long name, and sources with the hash of their files."""
    for array in outcome.arrays.values():
        assert array.attrs["units"]
        assert array.attrs["long_name"]
    assert all(len(h) == 64 for h in outcome.provenance["sources"][0]["sha256"].values())


def test_broken_folders_are_refused(outcome: Outcome, tmp_path: Path) -> None:
    """Proves: a missing, foreign or damaged folder gives words, and an unknown name the nearest."""
    with pytest.raises(GroundplanError, match="is no outcome"):
        Outcome.open(tmp_path)
    saved = outcome.save(tmp_path / "plan")
    (saved / "arrays" / "level.csv").write_text("activity,year,value\nmake:maiz,2020,many\n", "utf-8")
    with pytest.raises(GroundplanError, match="cannot be read"):
        Outcome.open(saved)
    with pytest.raises(UnknownName, match="nearest: 'level'"):
        outcome["levels"]
    with pytest.raises(UnknownName, match="nearest: 'import bill'"):
        outcome.indicator("import bil")


def test_no_text_of_a_user_becomes_a_formula(tmp_path: Path) -> None:
    """Proves: a label or heading that begins like a formula is text in the files, and itself again when opened.

    Breaks if: a sector called =HYPERLINK(...) reaches a spreadsheet program unguarded.
    """
    labels = ["=1+1", "@SUM(A1)", "steel", "-5", "'=1"]
    array = xr.DataArray([1.0, 2.0, -3.0, 4.0, 5.0], coords={"sector": labels}, dims="sector", name="a")
    table = pd.DataFrame({"=name": labels, "value": [1.0, 2.0, 3.0, 4.0, 5.0]})
    folder = Outcome({"a": array}, {"t": table}, {}).save(tmp_path / "o")
    for file in (folder / "arrays" / "a.csv", folder / "tables" / "t.csv"):
        cells = [cell for line in file.read_text("utf-8").splitlines() for cell in line.split(",")]
        assert not [c for c in cells if c[:1] in "=+@" and c], cells
    back = Outcome.open(folder)
    xr.testing.assert_equal(back["a"], array)
    assert back.table("t")["=name"].tolist() == labels
