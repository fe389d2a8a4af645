"""What the accounts of a social accounting matrix are: a file of roles, which a user writes or mends.

Columns ``account, kind, pair, skill, partner, class``; all but the first two may be left out. An account may be a
pattern (``a*``): the account itself goes before patterns, a longer pattern before a shorter one. ``pair`` names the
commodity of an activity, in a pattern with the same ``*``. ``skill`` joins labour accounts, ``partner`` those of the
rest of the world; ``class`` is what the sector of an activity is for the plan, as the user says.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from groundplan.errors import GroundplanError, TableError, UnknownName, raise_all
from groundplan.tables.door.grid import absent
from groundplan.tables.door.layout import label_text
from groundplan.tables.door.sheets import column_values

KINDS: Mapping[str, str] = {
    "activity": "makes commodities and pays for what it takes",
    "commodity": "is sold to activities and final uses, and pays makers, imports, margins and taxes",
    "labour": "what activities pay for work; the skill joins several",
    "capital": "what activities pay for capital, operating surplus among it",
    "land": "what activities pay for land and other natural resources",
    "enterprise": "receives and hands on incomes, buys nothing",
    "household": "final consumption",
    "nonprofit": "final consumption of non-profit institutions",
    "government": "final consumption of government",
    "tax-product": "taxes less subsidies on products: sales, excises, value added, exports",
    "tax-import": "duties on imports, a tax on products too",
    "tax-activity": "taxes less subsidies on production, paid by activities",
    "tax-direct": "taxes on income and wealth",
    "transaction-cost": "trade or transport margins: paid by commodities, received by those of trade and transport",
    "savings": "savings and investment",
    "stocks": "changes in inventories",
    "row": "the rest of the world, or a partner",
    "total": "printed totals",
    "other": "what only hands on incomes and is outside of the table",
}
COLUMNS = ("account", "kind", "pair", "skill", "partner", "class")
OLD = "factor"  # told of all factors alike in older lists
NEXUS = Path(__file__).parents[2] / "data" / "ifpri_sam" / "nexus_roles.csv"
SHOWN = 10


@dataclass(frozen=True)
class AccountRole:
    """What one account is; ``stem`` is what stands for the ``*`` where a pattern named it, else the account."""

    account: str
    kind: str
    pair: str = ""
    skill: str = ""
    partner: str = ""
    sector_class: str = ""
    stem: str = ""


@dataclass(frozen=True)
class AccountRoles:
    """The roles of a file: accounts and patterns; ``path`` for what is said of it."""

    listed: tuple[AccountRole, ...]
    path: Path

    def of(self, account: str) -> AccountRole | None:
        """The role of an account, or None."""
        exact = [role for role in self.listed if role.account == account]
        if exact:
            return replace(exact[0], stem=account)
        patterns = sorted((r for r in self.listed if "*" in r.account), key=lambda r: -len(r.account))
        for role in patterns:
            match = re.fullmatch(re.escape(role.account).replace(r"\*", "(.*)"), account)
            if match:
                return replace(role, account=account, pair=role.pair.replace("*", match[1]), stem=match[1])
        return None


def read_roles(path: Path) -> AccountRoles:
    """The roles in a file.

    Errors, all at once: no column ``account`` or ``kind``, columns and kinds that do not exist (with the nearest, and
            the list), accounts listed twice; what the door refuses.
    """
    rows = [[label_text(c) for c in row] for row in column_values(path)]
    rows = [row for row in rows if any(row)]
    header, body = ([c.casefold() for c in rows[0]], rows[1:]) if rows else ([], [])
    faults: list[GroundplanError] = absent(["account", "kind"], header, "column", path)
    faults += [UnknownName("column of roles", c, COLUMNS, where=path.name) for c in header if c and c not in COLUMNS]
    raise_all(faults, where=str(path))
    listed = []
    for row in body:
        cells = dict(zip(header, row, strict=False))
        words = [cells.get(name, "") for name in COLUMNS]
        if words[0]:
            listed.append(AccountRole(*words))
    kinds_in_use = (*KINDS, OLD)
    faults += [
        UnknownName(
            "kind of account", r.kind, kinds_in_use, where=f"{path.name}, account '{r.account}'",
            fix=f"use one of: {', '.join(KINDS)}",
        )
        for r in listed
        if r.kind not in kinds_in_use
    ]  # fmt: skip
    accounts = [r.account for r in listed]
    twice = sorted({a for a in accounts if accounts.count(a) > 1})
    if twice:
        faults.append(TableError(f"accounts are listed twice: {', '.join(twice[:SHOWN])}", where=path.name))
    raise_all(faults, where=str(path))
    return AccountRoles(tuple(listed), path)


def roles_for(accounts: Sequence[str], path: Path | None) -> dict[str, AccountRole]:
    """The role of each account; without a file those of IFPRI's Nexus matrices.

    Errors, all at once: accounts without a role, with what their names are like in the Nexus form; roles of accounts
            that the matrix lacks; factors of which it is not said whether they are labour, capital or land.
    """
    roles, nexus = read_roles(path or NEXUS), read_roles(NEXUS)
    where = roles.path.name
    chosen = {a: roles.of(a) for a in accounts}
    faults: list[GroundplanError] = []
    for account in [a for a, role in chosen.items() if role is None][:SHOWN]:
        like = nexus.of(account)
        hint = f"'{account},{like.kind}' if it is what the name says" if like else "one of: " + ", ".join(KINDS)
        what = f"expected account '{account}', found no such account"
        faults.append(TableError(what, where=where, fix=f"say its kind in the roles file: {hint}"))
    rest = sum(role is None for role in chosen.values()) - SHOWN
    if rest > 0:
        fix = "say their kinds in the roles file; `groundplan open` proposes one"
        faults.append(TableError(f"and {rest} more accounts have no role", where=where, fix=fix))
    # A list with patterns is for many matrices, of which each has some of its accounts.
    if not any("*" in r.account for r in roles.listed):
        exact = [r.account for r in roles.listed if r.kind != "total"]
        faults += absent(exact, accounts, "account", roles.path)
    settled: dict[str, AccountRole] = {}
    for account, role in chosen.items():
        if role is not None and role.kind == OLD:
            like = nexus.of(account)
            if like is None or like.kind not in ("labour", "capital", "land"):
                what = f"of the factor '{account}' it is not said whether it is labour, capital or land"
                fix = "give it the kind labour (with a skill), capital or land in the roles file"
                faults.append(TableError(what, where=where, fix=fix))
                continue
            role = replace(role, kind=like.kind)
        if role is not None:
            settled[account] = role
    raise_all(faults, where=where)
    return settled


def proposed_roles(accounts: Sequence[str], pairs: Mapping[str, str]) -> str:
    """A roles file for a matrix, to be mended by the user: what the Nexus names say, the rest left open as ``?``.

    ``pairs``: activity → its commodity, as the figures say.
    """
    nexus = read_roles(NEXUS)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for account in accounts:
        role = nexus.of(account)
        kind = "?" if role is None else role.kind
        writer.writerow([account, kind, pairs.get(account, ""), "", "", ""])
    return out.getvalue()


def with_kind(roles: Mapping[str, AccountRole], *kinds: str) -> list[str]:
    """The accounts of these kinds, in the order of the matrix."""
    return [account for account, role in roles.items() if role.kind in kinds]
