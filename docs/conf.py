"""How Sphinx builds the site: ``python3 run.py docs``, without a network."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from site_parts import setup_parts  # noqa: E402 - beside this file, which Sphinx runs from anywhere

project = "Groundplan"
author = "The Groundplan developers"
copyright = author
release = tomllib.loads((HERE.parent / "pyproject.toml").read_text("utf-8"))["project"]["version"]
version = release

extensions = ["myst_parser", "sphinx.ext.autodoc"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_static"]
root_doc = "index"
highlight_language = "none"  # a block without a language is what a terminal shows
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]
suppress_warnings = ["myst.header"]  # a page that was made from data may skip a level

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # units and shapes stand in the card; the types stand in the code
autodoc_preserve_defaults = True

html_theme = "furo"
html_title = f"Groundplan {release}"
html_static_path = ["_static"]
html_css_files = ["groundplan.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_theme_options = {"navigation_with_keys": True}


def setup(app: object) -> None:
    """What Sphinx has no setting for."""
    setup_parts(app)
