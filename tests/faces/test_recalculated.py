"""What LibreOffice makes of our workbooks: it computes every formula anew and comes to the numbers that are kept."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import spreadsheet

spreadsheet.needed()


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path]]:
    """A plan, what is seen in its accounts, a study's forms, and a formula with a wrong value: as written, as saved."""
    import xlsxwriter

    from groundplan import open_study, plan, see, template
    from groundplan.results.workbook.workbook_file import workbook
    from groundplan.study.study import effective
    from groundplan.study.study_workbook.study_writing import study_workbook

    folder = tmp_path_factory.mktemp("books")
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("Wrong")
    sheet.write_formula("A1", "=1+1", None, 2)
    sheet.write_formula("A2", "=1+1", None, 3)
    book.close()
    study = Path(__file__).parents[2] / "studies" / "kenya_five_years.toml"
    contents = {
        "plan": workbook(plan("KEN", years=2)),
        "see": workbook(see("KEN", draws=5)),
        "study": study_workbook(effective(open_study(study))),
        "wrong": buffer.getvalue(),
    }
    paths = [folder / f"{name}.xlsx" for name in contents]
    for path, data in zip(paths, contents.values(), strict=True):
        path.write_bytes(data)
    for name, asked in (("accounts", {"like": "KEN"}), ("places", {"places": "KEN"})):
        paths.append(folder / f"{name}.xlsx")
        template(paths[-1], **asked)
    saved = spreadsheet.recalculated(paths, folder)
    return {name: pair for name, *pair in zip((p.stem for p in paths), paths, saved, strict=True)}  # type: ignore[misc]


def test_every_formula_comes_to_the_number_that_is_kept_with_it(books: dict[str, tuple[Path, Path]]) -> None:
    """Proves: totals, differences and shares of the workbooks of a plan and an economy are, computed anew, as written.

    Breaks if: a formula names a cell beside the right one, or a value is kept that it does not give.
    """
    for name, least in (("plan", 30), ("see", 1), ("accounts", 100)):
        path, saved = books[name]
        assert len(spreadsheet.formulas(path)) >= least
        assert spreadsheet.wrongly_kept(path, saved) == []


def test_a_wrong_number_would_be_seen(books: dict[str, tuple[Path, Path]]) -> None:
    """Proves: LibreOffice does compute anew: of two formulas the one whose kept value is wrong is found, the other not.

    Breaks if: it hands back the values that it was given, which would make the test above prove nothing.
    """
    assert spreadsheet.wrongly_kept(*books["wrong"]) == [("Wrong", "A2")]


def test_a_study_that_went_through_it_is_the_same_study(books: dict[str, tuple[Path, Path]]) -> None:
    """Proves: a study's workbook that LibreOffice opened and saved again has no change, and states the same study.

    Breaks if: the reader takes what a spreadsheet program does to digits, types or hidden cells for an edit.
    """
    from groundplan import open_study
    from groundplan.study.study import effective

    before, after = (open_study(path) for path in books["study"])
    assert (before.changes, after.changes) == ((), ())
    assert effective(before) == effective(after)


def test_accounts_and_places_that_went_through_it_are_unchanged(books: dict[str, tuple[Path, Path]]) -> None:
    """Proves: accounts and places that LibreOffice opened and saved again have no change, and the same figures.

    Breaks if: the reader takes what a spreadsheet program does to digits, types or hidden cells for an edit.
    """
    from groundplan import open_accounts, open_places
    from groundplan.economy.opening import Opening

    before, after = books["accounts"]
    assert Opening(str(before)).changes == Opening(str(after)).changes == ()
    was, now = open_accounts(before), open_accounts(after)
    for flows in ("domestic_use", "imported_use", "domestic_final", "imported_final", "primary"):
        np.testing.assert_allclose(getattr(now, flows), getattr(was, flows), rtol=1e-14)
    here, there = (open_places(path) for path in books["places"])
    assert (here.changes, there.changes) == ((), ())
    assert here.table.equals(there.table)
