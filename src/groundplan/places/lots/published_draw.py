"""A published draw as tickets of places: checked against its announcement, and against the list of places."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from groundplan.errors import GroundplanError, raise_all
from groundplan.places.known.columns import PlacesError, some
from groundplan.places.known.places import Places
from groundplan.places.lots import draw, verify_draw


def tickets(path: str | Path, places: Places) -> tuple[dict[str, str], dict[str, Any]]:
    """Tickets by place from a published draw, checked against its announcement, and what is said of it.

    The announcement stands beside the record as ``announcement.json``. The draw's list is of ids or of English names.
    Raises ``DrawRefused`` where the record is not what its announcement gives, and ``PlacesError`` where the list is
    not the list of places.
    """
    here = Path(path)
    announced, record = (_json(p) for p in (here.with_name("announcement.json"), here))
    faults = draw.check(announced, record)
    fix = "the draw does not count: announce a new one, or restore the published files"
    raise_all([draw.DrawRefused(f, where=str(here), fix=fix) for f in faults])
    by_name_drawn = {str(row["name"]): str(row["ticket"]) for row in record["order"]}
    by_name = {verify_draw.clean(name): i for i, name in places.titles().items()}
    ids = dict.fromkeys(places.ids) if set(by_name_drawn) & set(places.ids) else by_name
    id_of = {name: by_name.get(name, name) if ids is by_name else name for name in by_name_drawn}
    strange = [name for name in by_name_drawn if id_of[name] not in places.ids]
    listed = set(id_of.values())
    lacking = [name for i, name in places.titles().items() if i not in listed]
    wrong: list[GroundplanError] = []
    if strange:
        wrong.append(PlacesError(f"the draw's list has who is no place here: {some(strange)}", where=str(here)))
    if lacking:
        wrong.append(PlacesError(f"the draw's list lacks {some(lacking)}", where=str(here), fix="draw with all places"))
    raise_all(wrong)
    about = {
        "mark": draw.Announcement(announced).mark,
        "chance": record["chance"],
        "purpose": announced.get("purpose", ""),
    }
    return {id_of[name]: ticket for name, ticket in by_name_drawn.items()}, about


def _json(path: Path) -> dict[str, Any]:
    try:
        return dict(verify_draw.read(str(path)))
    except FileNotFoundError:
        fix = "a draw is checked against its announcement.json, beside its record.json"
        raise draw.DrawRefused("there is no such file", where=str(path), fix=fix) from None
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise draw.DrawRefused(f"the file cannot be read: {error}", where=str(path)) from error
