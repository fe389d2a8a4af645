"""What only some need: the packages behind the PDF and the Word document, asked for before anything is computed."""

from __future__ import annotations

from importlib.util import find_spec

from groundplan.errors import GroundplanError

# By extra: the module that it brings, the package that has it, what it is for.
PACKAGES = {"pdf": ("typst", "typst", "a PDF"), "word": ("docx", "python-docx", "a Word document")}


def lacking(extra: str) -> GroundplanError | None:
    """What is said where an extra of the package is not installed; nothing where it is."""
    module, package, thing = PACKAGES[extra]
    if find_spec(module):
        return None
    return GroundplanError(
        f"{thing} needs {package}, which is not installed",
        fix=f'pip install "groundplan[{extra}]", or python3 run.py install {extra}',
    )


def refuse_lacking(extra: str) -> None:
    """Refuse what needs an extra that is not installed. Raises ``GroundplanError`` that says how to get it."""
    fault = lacking(extra)
    if fault:
        raise fault


def installed(extra: str) -> bool:
    """Whether the packages of an extra are there."""
    return lacking(extra) is None
