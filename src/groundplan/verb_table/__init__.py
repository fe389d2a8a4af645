"""The verbs with their options and pages, as data: what the command line is built from, and any other face."""

from __future__ import annotations

from collections.abc import Iterable

from groundplan.errors import UnknownName, raise_all
from groundplan.verb_options import FACE, Pages, Verb
from groundplan.verb_table.verbs_of_accounts import OF_ACCOUNTS
from groundplan.verb_table.verbs_of_plans import OF_PLANS
from groundplan.verb_table.verbs_of_promises import OF_PROMISES
from groundplan.verb_table.verbs_of_records import OF_RECORDS

_EVERY = (*OF_ACCOUNTS, *OF_PLANS, *OF_PROMISES, *OF_RECORDS)
VERBS: dict[str, Verb] = {v.word: v for v in sorted(_EVERY, key=lambda verb: verb.word)}

# Of every engine's outcomes: more engines than verbs, as a list is told otherwise than what it lists.
PAGES: dict[str, Pages] = {pages.engine: pages for verb in VERBS.values() for pages in verb.pages}


def refuse_unknown(word: str, keywords: Iterable[str]) -> None:
    """Refuse keywords that are no option of a verb, with the nearest that is."""
    options = [o.name for o in VERBS[word].options if o.use != FACE]
    raise_all([UnknownName(f"choice of {word}", name, options) for name in keywords if name not in options])
