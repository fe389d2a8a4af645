"""Who acts in a request, and what she may ask for, for whatever answers it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from groundplan.projects.people.rights import ALONE, Person


def anything(_: str) -> bool:
    """What somebody who is alone at the machine may ask for."""
    return True


class Actor(NamedTuple):
    """Somebody at work. ``person``: none who is not signed in; ``alone``: nobody signs in here at all.

    ``may_send``: whether a form that goes to an address would be taken from her.
    """

    person: Person | None
    alone: bool
    may_send: Callable[[str], bool]
    address: str = ""

    @property
    def name(self) -> str:
        """Under which name what she does is kept."""
        return self.person.name if self.person is not None else ""

    def may(self, right: str) -> bool:
        """Whether she has a right."""
        return self.person is not None and self.person.may(right)


_actor: ContextVar[Actor | None] = ContextVar("actor", default=None)
_ALONE = Actor(ALONE, True, anything)


def actor() -> Actor:
    """Who acts; outside of a request who sits at the machine."""
    return _actor.get() or _ALONE


def acts() -> str:
    """The name of who acts."""
    return actor().name


@contextmanager
def acting(who: Actor) -> Iterator[None]:
    """Inside of the block somebody acts."""
    token = _actor.set(who)
    try:
        yield
    finally:
        _actor.reset(token)
