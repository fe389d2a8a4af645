"""What people may do: rights, the roles that give them, and a person with her roles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from groundplan.errors import GroundplanError, UnknownName, raise_all

# To look at everything; to see and send the forms of one unit; to change and compute; to accept versions; to let in.
READ, REPORT, EDIT, ACCEPT, ADMINISTER = "read", "report", "edit", "accept", "administer"
RIGHTS = (READ, REPORT, EDIT, ACCEPT, ADMINISTER)
READER, REPORTER, ANALYST, APPROVER, ADMINISTRATOR = "reader", "reporter", "analyst", "approver", "administrator"
ROLES: Mapping[str, frozenset[str]] = {
    READER: frozenset({READ}),
    REPORTER: frozenset({REPORT}),
    ANALYST: frozenset({READ, EDIT}),
    APPROVER: frozenset({READ, ACCEPT}),
    ADMINISTRATOR: frozenset({READ, ADMINISTER}),
}
LONGEST_NAME = 60
TERMINAL = "the server's terminal"
# Who stands in the record and is nobody: no person is called so.
NOBODY = ("you", "outside", "office", "nobody known", "the workbench", TERMINAL)


class Person(NamedTuple):
    """Somebody who uses the project. ``unit``: whose forms a reporter sees and sends; ``chosen``: has a password."""

    id: str
    name: str
    roles: frozenset[str]
    unit: str = ""
    chosen: bool = False
    active: bool = True
    made_at: str = ""
    made_by: str = ""

    @property
    def rights(self) -> frozenset[str]:
        """What all of the roles together give."""
        return frozenset().union(*(ROLES[role] for role in self.roles))

    def may(self, right: str) -> bool:
        """Whether a role of hers gives a right."""
        return right in self.rights


# Who sits at the machine itself, where the workbench serves nobody else: everything is hers, and nobody accepts.
ALONE = Person("", "you", frozenset({ANALYST, ADMINISTRATOR}), chosen=True)


def folded(name: str) -> str:
    """A name as names are compared: in small letters, blanks at its ends left out.

    >>> folded("  Amina WANJIRU ")
    'amina wanjiru'
    """
    return " ".join(name.split()).casefold()


def checked_name(name: str) -> str:
    """A person's name as it is kept. Raises ``GroundplanError`` for one that cannot be one."""
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        what = "a name has from 1 to 60 signs, all of which can be seen"
        raise GroundplanError(what, where="name", fix="write the name as she signs her letters")
    if folded(plain) in NOBODY:
        raise GroundplanError(f"'{plain}' stands for something else in the record", where="name", fix="choose another")
    return plain


def checked_roles(roles: Iterable[str], unit: str) -> frozenset[str]:
    """Roles that may stand together. Raises what is wrong with them, all at once."""
    said = frozenset(roles)
    faults: list[GroundplanError] = [UnknownName("role", role, ROLES) for role in sorted(said - ROLES.keys())]
    if not said:
        faults.append(GroundplanError("no role is said", where="roles", fix="choose at least one"))
    if REPORTER in said and not unit:
        faults.append(GroundplanError("a reporter reports for a unit", where="unit", fix="name the unit"))
    if unit and REPORTER not in said:
        faults.append(GroundplanError("only a reporter has a unit", where="unit", fix="leave it empty"))
    raise_all(faults)
    return said
