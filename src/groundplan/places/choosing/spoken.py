"""The rules as sentences, to be read aloud before the choice is made."""

from __future__ import annotations

from groundplan.places.choosing.rules import WEIGHTS, Rules
from groundplan.places.known.columns import some


def sentences(rules: Rules) -> tuple[str, ...]:
    """Every rule in force as one sentence, in the order in which they are checked."""
    return (*_pace(rules), *_provinces(rules), *_single(rules), *_means(rules), *_goal(rules))


def _pace(r: Rules) -> list[str]:
    counts, labels = r.counts(), r.labels()
    if len(set(counts)) == 1:
        said = [f"In every year from {labels[0]} to {labels[-1]}, {counts[0]} places are chosen."]
    else:
        listed = ", ".join(f"{n} in {y}" for n, y in zip(counts, labels, strict=True))
        said = [f"Places are chosen so: {listed}."]
    said.append("A place is chosen at most once, and what stands there already stays.")
    least, most = r.kinds
    said.append(
        f"A chosen place gets {least} to {most} facilities." if least < most else f"It gets {least} facilities."
    )
    if r.required:
        said.append(f"Every chosen place gets {', '.join(r.required)}, unless it has it already.")
    return said


def _provinces(r: Rules) -> list[str]:
    said = {
        "free": [],
        "rounds": ["No province has a second place before every province has its first, and so in every later round."],
        "by places": ["At the end of each year a province has had its share of all places, rounded up or down."],
        "by people": ["At the end of each year a province has had its share by people, rounded up or down."],
    }[r.provinces]
    return said + [f"{p} has {low} to {high} places in every year." for p, (low, high) in r.quota.items()]


def _single(r: Rules) -> list[str]:
    said = []
    if r.longest_wait:
        need, years = r.longest_wait
        said.append(f"A place whose need score is {need:g} or more is chosen within the first {years} years.")
    said += [f"{p} is chosen in {y}." for p, y in r.forced.items()]
    said += [f"{p} gets {', '.join(types)} if it is chosen." for p, types in r.forced_types.items()]
    if r.forbidden:
        said.append(f"Not chosen: {some(r.forbidden, 20)}.")
    said += [f"{p} does not get {', '.join(types)}." for p, types in r.forbidden_types.items()]
    return said


def _means(r: Rules) -> list[str]:
    said = ["No raw material is counted twice: what one facility takes, no other has."]
    for name in r.budget:
        by_year = r.ceiling(name)
        most = f"{by_year[0]:g} a year" if len(set(by_year)) == 1 else ", ".join(f"{b:g}" for b in by_year)
        said.append(f"No more {name} is used than there is: {most}.")
    return said


def _goal(r: Rules) -> list[str]:
    said = []
    if r.worst_off == "end":
        said.append("First, the gaps that remain at the end are made as small as can be, from the worst-off upwards.")
    if r.worst_off == "waiting":
        said.append("First, gap times years of waiting is made as small as can be, from the worst-off upwards.")
    for name, weight in r.weights.items():
        if weight > 0:
            verb = "counts against it with" if name in ("haul", "money") else "counts"
            said.append(f"In comparing choices, {WEIGHTS[name]} {verb} {weight:g}.")
    if r.early:
        said.append(f"What comes a year later counts less, by {100 * r.early:g} % of what it counts in the first year.")
    return [*said, "Where choices are equally good, the public draw decides."]
