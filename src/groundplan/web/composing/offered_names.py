"""What is offered where a form asks for a product, a sector, a partner or another name of the accounts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from groundplan.languages.spoken import said
from groundplan.records.named import PRODUCT, SECTOR, SKILL
from groundplan.shocks.scenarios.classes import EVERYTHING, PREFIX, classes

if TYPE_CHECKING:
    from groundplan.economy.economy import Economy

PARTNER, CATEGORY, REGION, COLUMN, PLACE = "partner", "category", "region", "column", "place"


class Offer(NamedTuple):
    """A word that may be entered, and what it is."""

    word: str
    words: str = ""


def offered_names(economy: Economy | None) -> dict[str, list[Offer]]:
    """The names that are offered by kind of thing; without accounts only those that stand for all of them."""
    everything = Offer(EVERYTHING, said("all of them"))
    broad = [Offer(PREFIX + name, row.label) for name, row in classes().items()]
    if economy is None:
        return {kind: [everything, *broad] for kind in (PRODUCT, SECTOR)} | {
            kind: [everything] for kind in (SKILL, PARTNER, CATEGORY, REGION)
        }
    labels = {code: economy.label(code) for code in economy.sectors}
    goods = [everything, *broad, *_named(labels)]
    finals = [str(f) for f in economy.domestic_final["final"].values]
    kinds = dict.fromkeys(str(k) for k in economy.domestic_final["final_kind"].values)
    by_partner = economy.imported_by_partner
    partners = [] if by_partner is None else [str(p) for p in by_partner["partner"].values]
    skills = {str(s): economy.label(str(s)) for s in economy.employment["skill"].values}
    return {
        PRODUCT: goods, SECTOR: goods, SKILL: [everything, *_named(skills)],
        PARTNER: [everything, Offer("top", said("the one that most comes from")), *map(Offer, partners)],
        CATEGORY: [everything, *map(Offer, kinds), *_named({f: economy.label(f) for f in finals})],
        REGION: [everything],
    }  # fmt: skip


def _named(labels: Mapping[str, str]) -> list[Offer]:
    """Names where each has its own, with the code beside; codes where several share a name."""
    times = Counter(labels.values())
    return [Offer(name, code) if times[name] == 1 else Offer(code, name) for code, name in labels.items()]


def plain_offers(words: Iterable[str]) -> list[Offer]:
    """Words that say what they are."""
    return [Offer(word) for word in words]
