"""Where the pages of the manual lie that come with the package."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from groundplan.errors import UnknownName
from groundplan.outcome import Outcome

SITE = Path(__file__).parents[1] / "site"
BUILT = Path(__file__).parents[3] / "build" / "site"  # of a checkout, by run.py docs
HOME = "index.html"


def docs(page: str = "", *, show: bool = False, progress: Callable[[str], None] = lambda _: None) -> Outcome:
    """The pages of the manual whose names have ``page`` in them, the home page without a word; no network is needed.

    ``show``: open the first of them in a browser. Tables: lines (line), pages (page, file), both empty of pages where
    this copy has none. Raises ``UnknownName`` with the nearest page.

    >>> list(docs().table("pages").columns)
    ['page', 'file']
    """
    progress("looking for the pages")
    site = next((folder for folder in (SITE, BUILT) if (folder / HOME).is_file()), None)
    pages = pages_of(site) if site is not None else {}
    named = {name: file for name, file in pages.items() if page.lower() in name.lower()} if page else pages
    if pages and not named:
        raise UnknownName("page of the manual", page, [name.rpartition("/")[2] for name in pages])
    if not pages:
        lines = [
            "This copy has no pages of the manual: `python3 run.py docs` builds them; a wheel of a release has them."
        ]
    elif page:
        lines = [str(file) for file in named.values()]
    else:
        lines = [f"The manual: {pages['index']}", "A page of it: groundplan docs WORD; --show opens it in a browser."]
    if show and named:
        import webbrowser

        webbrowser.open(named["index" if not page else next(iter(named))].as_uri())
    rows = [(name, str(file)) for name, file in named.items()]
    tables = {"lines": pd.DataFrame({"line": lines}), "pages": pd.DataFrame(rows, columns=["page", "file"])}
    return Outcome({}, tables, {"engine": "docs"})


def pages_of(site: Path) -> dict[str, Path]:
    """Every page of a site by its name, ``howto/stress``, in the order of names."""
    files = (f for f in sorted(site.rglob("*.html")) if f.name not in ("genindex.html", "search.html"))
    return {f.relative_to(site).with_suffix("").as_posix(): f for f in files}
