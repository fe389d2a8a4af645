"""The one place that talks to typst: a template and its data in an empty folder of their own, pages out.

A template reads its data as JSON, so that no text of an outcome is ever read as markup; the compiler sees nothing but
that folder, and no package is fetched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from groundplan.errors import GroundplanError
from groundplan.results.briefing.fonts_by_script import TEXT, scripts_in

if TYPE_CHECKING:
    import typst

FOLDER = "results/briefing"
FONT_FAMILY = re.compile('font-family="[^"]*"')
PIXELS = 200.0  # an inch
# What a browser takes from the page around a chart, and paper has not.
ON_PAPER = {
    '"currentColor"': '"#000000"', '"CanvasText"': '"#000000"', '"Canvas"': '"#ffffff"',
}  # fmt: skip


def on_paper(svg: str, families: Sequence[str]) -> str:
    """A chart with the colours and the letters of paper."""
    for screen, paper in ON_PAPER.items():
        svg = svg.replace(screen, paper)
    named = ", ".join(f"'{family}'" for family in families)
    return FONT_FAMILY.sub(f'font-family="{named}"', svg)


def pdf_pages(template: str, given: Mapping[str, Any], charts: Mapping[str, str], on: date | None) -> bytes:
    """The template as PDF; ``charts``: SVG by file name. The same for the same, whatever the clock says."""
    noon = datetime(on.year, on.month, on.day, 12, tzinfo=UTC) if on else datetime(2000, 1, 1, tzinfo=UTC)
    return _compiled(template, given, charts, format="pdf", timestamp=noon)[0]


def pictures(charts: Mapping[str, str]) -> dict[str, bytes]:
    """Charts as PNG, by the names of the SVG."""
    if not charts:
        return {}
    pages = _compiled("chart.typ", {"charts": list(charts)}, charts, format="png", ppi=PIXELS)
    return dict(zip(charts, pages, strict=True))


def lacking_scripts(texts: Iterable[str]) -> list[str]:
    """A sentence for each script whose letters no font here has."""
    there = set(_fonts(system=True).families())
    return [script.lacking for script in scripts_in(texts) if not there & set(script.families)]


def _fonts(*, system: bool) -> typst.Fonts:
    import typst

    return typst.Fonts(include_system_fonts=system, include_embedded_fonts=True)


def _compiled(template: str, given: Mapping[str, Any], charts: Mapping[str, str], **how: Any) -> Sequence[bytes]:
    import typst

    # Fonts of the system come in only for letters that typst's own lack, so that pages are alike on every machine.
    data = json.dumps(given, ensure_ascii=False)
    needed = scripts_in([data, *charts.values()])
    families = [TEXT, *(family for script in needed for family in script.families)]
    fonts = _fonts(system=bool(needed))
    there = _there(families, fonts)
    with TemporaryDirectory(prefix="groundplan-") as folder:
        root = Path(folder)
        (root / "data.json").write_text(json.dumps({**given, "fonts": there}), "utf-8")
        for name, svg in charts.items():
            (root / name).write_text(on_paper(svg, there), "utf-8")
        main = root / template
        main.write_text(files("groundplan").joinpath(f"{FOLDER}/{template}").read_text("utf-8"), "utf-8")
        packages = str(root / "packages")
        try:
            pages = typst.Compiler(
                str(main), root=str(root), font_paths=fonts, package_path=packages, package_cache_path=packages
            ).compile(**how)
        except typst.TypstError as error:
            raise GroundplanError(f"the pages cannot be set: {error.message}", fix="please report it") from error
    return pages if isinstance(pages, list) else [pages or b""]


def _there(families: Sequence[str], fonts: typst.Fonts) -> list[str]:
    there = set(fonts.families())
    return [family for family in families if family in there]
