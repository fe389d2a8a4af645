"""Brazil's accounts of 2010 brought to totals of 2021, against the table that IBGE published of that year."""

from __future__ import annotations

from hidden_tables import facts_of, grouped, misses, plan_misses, sectors_of

from groundplan.economy.estimating.updating import updated
from groundplan.tables import catalogue
from groundplan.tables.table import Table


def brazil(year: int) -> Table:
    """The published table by 24 sectors."""
    t = catalogue.load("BRA", year)
    return grouped(t, sectors_of(t))


def test_what_came_is_nearer_to_the_update_than_to_the_old_table() -> None:
    """Proves: from totals with an error of two per cent, coefficients are nearer to those that came than the old ones,
    import content of household use is within a point (the old table misses it by five), and no honest total of
    this table contradicts another; docs/explanation/estimates.md has the figures.

    Breaks if: the prior is the old table scaled, imported parts stay as they were, or facts are not weighed.
    """
    before, came = brazil(2010), brazil(2021)
    made = updated(before, facts_of(came))
    new, old = misses(made.table, came), misses(before, came)
    assert new["cells"] < 0.95 * old["cells"]
    assert new["multipliers"] < 0.04
    assert new["import content"] < 1.0 < 4.0 < old["import content"]
    strain, unsure = made.strain
    assert strain < unsure


def test_its_plan_is_nearer_to_the_plan_from_the_table_that_came() -> None:
    """Ten years from Brazil's accounts of 2021: as published, as updated from 2010, and by old coefficients.

    Proves: imports over value added are within half a point (old coefficients are more than five off), growth of the
    living standard within 0.15 points a year. Breaks if: the update keeps what the old table imported, or plans are
    compared that differ by their capital; docs/explanation/estimates.md has all cases.
    """
    missed = plan_misses(brazil(2010), brazil(2021))
    assert missed["imports, update"] < 0.5 < 5.0 < missed["imports, old"]
    assert missed["living standard, update"] < 0.15 < missed["living standard, old"]
