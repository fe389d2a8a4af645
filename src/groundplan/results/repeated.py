"""How an outcome is had again, on every page: the command, the study that it names, and what they rest on."""

from __future__ import annotations

from html import escape

from groundplan.outcome import Outcome
from groundplan.results.page import Section, paragraph

HANDED_OVER = (
    "The accounts, or a part of what was asked, were handed over in Python; no command opens them again. Give the same "
    "to {verb}(...) with the choices above."
)


def repeat(o: Outcome) -> str:
    """The command and the studies that it names, which are saved in the folder of the outcome."""
    about = o.provenance
    command, studies = str(about.get("command") or ""), dict(about.get("studies") or {})
    if about.get("study"):
        studies = {"study.toml": about["study"], **studies}
    if not command:
        said = paragraph(HANDED_OVER.format(verb=o.engine))
    else:
        here = " in this folder, which has every choice written out in its files" if ".toml" in command else ""
        said = paragraph(f"With Groundplan {about.get('groundplan', '')} and the sources above{here}:")
        said += f"<pre><code>{escape(command)}</code></pre>"
    return said + "".join(
        f"<details><summary>{escape(str(name))}</summary><pre><code>{escape(str(text))}</code></pre></details>"
        for name, text in studies.items()
    )


REPEAT: Section = ("repeat", "How to repeat this", repeat)
