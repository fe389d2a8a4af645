"""The accounts at hand, or one account on a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Unpack

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.tables.catalogue import entries, estimates

if TYPE_CHECKING:
    from groundplan.study.asking import Files, Subject


def data(
    country: Subject = None,
    *,
    progress: Callable[[str], None] = lambda _: None,
    **files: Unpack[Files],
) -> Outcome:
    """The accounts at hand, with publisher and licence; or one account, opened as by ``see``.

    Tables: accounts (country, year, country_name, money, publisher, title, licence, estimate: whether nobody observed
    them); of one account lines (line) and controls (aggregate, what is published against what the accounts sum to).
    Raises what ``accounts_of`` raises.

    >>> data("KEN").table("lines")["line"][0]
    'Kenya 2019 (KEN), 42 sectors, KES2019bn'
    """
    if country is None:
        names = ["country", "year", "country_name", "money", "publisher", "title", "licence"]
        table = pd.DataFrame([[getattr(e, n) for n in names] for e in (*entries(), *estimates())], columns=names)
        table["estimate"] = [False] * len(entries()) + [True] * len(estimates())
        table = table.sort_values(["country", "year"], kind="stable", ignore_index=True)
        return Outcome({}, {"accounts": table}, {"engine": "data"})
    from groundplan.economy.audit import audit
    from groundplan.results.economy_pages.account_page import account_lines
    from groundplan.study.asking import accounts_of
    from groundplan.study.repeating import repeating_accounts

    progress("reading the accounts")
    opened = accounts_of(country, **files)
    e = opened.economy
    tables = {
        "lines": pd.DataFrame({"line": account_lines(e)}),
        "controls": audit(e).controls.rename_axis("aggregate").reset_index(),
    }
    about = {
        "engine": "account", "country": e.country, "country_name": e.country_name, "accounts_year": e.year,
        "money": e.money, "sources": [s.as_dict() for s in e.sources], "methods": list(e.methods),
        "assumptions": [a.as_dict() for a in e.assumptions],
        **repeating_accounts("data", country, opened),
    }  # fmt: skip
    return Outcome({}, tables, about)
