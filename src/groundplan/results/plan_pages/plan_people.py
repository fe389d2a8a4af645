"""The section of a plan's report on its people: how many, at what age, in which schools, and what they find out."""

from __future__ import annotations

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.planning.features.schools.school_levels import School
from groundplan.records.card import fields_of
from groundplan.results.charts.chart import Panels, by_unit, line_chart, one_panel
from groundplan.results.charts.drawing import Series
from groundplan.results.framed import blank, framed, table_of
from groundplan.results.outcome_facts import money
from groundplan.results.page import figure, items, joined, paragraph, table
from groundplan.results.view import Parts
from groundplan.results.words import choice, decimals, number, unit_words

AGES = ("young", "working age", "old", "labour force")
UNITS = {"1": "share or ratio", "1 / year": "share a year"}
NAMES = {"young": "below 15", "working age": "15 to 64", "old": "65 and over"}


def people_table(o: Outcome) -> pd.DataFrame:
    """People at the start of each year by the ages of school, work and rest, and what changes in the year."""
    change = table_of(o, "population_change")
    columns = [("all", "persons", change["persons"])] if len(change) else []
    columns += [(NAMES.get(a, a), "persons", change[a]) for a in AGES if len(change)]
    columns += [(n, "persons / year", change[n]) for n in ("births", "deaths", "migrants") if len(change)]
    return framed(pd.Index(change["year"] if len(change) else [], name="year"), columns)


def pupils_table(o: Outcome) -> pd.DataFrame:
    """Pupils of every level in every year."""
    there = table_of(o, "schooling")
    if there.empty:
        return blank("year")
    wide = there.pivot(index="year", columns="level", values="pupils")
    units = there.drop_duplicates("level").set_index("level")["unit"]
    levels = list(dict.fromkeys(there["level"]))
    return framed(pd.Index(wide.index, name="year"), [(v, str(units[v]), wide[v]) for v in levels])


def school_table(o: Outcome, level: str) -> pd.DataFrame:
    """One level by year: who begins and finishes, places, and teachers beyond those of the base year."""
    there = table_of(o, "schooling")
    rows = there[there["level"] == level]
    unit, labour = str(rows["unit"].iloc[0]), str(rows["teachers_unit"].iloc[0])
    columns = [(n, unit, rows[n]) for n in ("intake", "pupils", "graduates", "places") if rows[n].notna().any()]
    return framed(pd.Index(rows["year"], name="year"), [*columns, ("more teachers", labour, rows["teachers"])])


def stated_table(o: Outcome) -> pd.DataFrame:
    """What the study says of every school, and what is assumed where it says nothing."""
    schools = o.provenance.get("policy", {}).get("schools", [])
    given = {f.name: [s.get(f.name, f.default) for s in schools] for f in fields_of(School) if f.name != "level"}
    cards = [f for f in fields_of(School) if any(v not in (None, "") for v in given.get(f.name, ()))]
    rows = pd.Index([f.name.replace("_", " ") for f in cards], name="figure")
    there = table_of(o, "schooling").reindex(columns=["level", "labour"])
    labour = dict(zip(there["level"], there["labour"], strict=True))
    columns = [
        (str(s["level"]), "", [_stated(f.name, s.get(f.name, f.default), labour.get(s["level"])) for f in cards])
        for s in schools
    ]
    units = [UNITS.get(u := str(f.metadata["unit"]), u.replace("money", unit_words(money(o)))) for f in cards]
    return framed(rows, [*columns, ("unit", "", units)] if schools else [])


def _stated(name: str, value: object, labour: object) -> str:
    """A stated figure: a skill by its name, a small amount without a power of ten."""
    if name == "skill":
        return str(labour or value)
    if isinstance(value, float) and 0 < abs(value) < 0.01:
        return number(value, decimals([value]))
    return choice(value)


def research_view(o: Outcome) -> pd.DataFrame:
    """Programmes of every topic: done by the end of each year, as a share of a whole one."""
    there = table_of(o, "research")
    if there.empty:
        return blank("year")
    wide = 100.0 * there.pivot(index="year", columns="topic", values="done_by_the_end")
    return framed(pd.Index(wide.index, name="end of year"), [(str(t), "%", wide[t]) for t in wide])


def _panels(lines: list[Series]) -> Panels:
    """Levels of one unit share a panel."""
    panels = by_unit(lines)
    return panels if len(panels) > 1 else one_panel(lines)


LINES = (*NAMES.values(), "labour force")
CHARTS = (
    line_chart("people", "People by age", people_table, only=LINES, zero=True),
    line_chart("pupils", "Pupils by level of schooling", pupils_table, panels=_panels, zero=True),
)


def people(o: Outcome) -> Parts:
    """Population, schooling and research of the plan in sentences, charts and tables; empty where none is stated."""
    schooling = table_of(o, "schooling")
    levels = [] if schooling.empty else list(dict.fromkeys(schooling["level"]))
    population = _population_sentences(o)
    body = paragraph(population) + figure(CHARTS[0], o) if population else ()
    if levels:
        body += items([_level_sentences(o, level) for level in levels]) + figure(CHARTS[1], o, with_table=False)
        body += joined([table(school_table(o, level), f"Schooling: {level}") for level in levels])
        body += table(stated_table(o), "Schools as stated")
    if "research" in o.tables:
        topics = [_topic_sentences(rows) for _, rows in o.table("research").groupby("topic", sort=False)]
        body += items(topics) + table(research_view(o), "Research: share of a whole programme that is done")
    return body


def _count(value: float, unit: str) -> str:
    """An amount with its unit, as a sentence needs it."""
    return f"{number(value, decimals([value], unit))} {unit_words(unit)}"


def _population_sentences(o: Outcome) -> str:
    change = table_of(o, "population_change")
    if change.empty:
        return ""
    first, last = change.iloc[0], change.iloc[-1]
    years = int(last["year"] - first["year"])
    pace = 100.0 * ((last["persons"] / first["persons"]) ** (1.0 / years) - 1.0) if years else 0.0
    basis = o.provenance.get("population", {}).get("basis", "")
    whole, force = ([_count(row[key], "persons") for row in (first, last)] for key in ("persons", "labour force"))
    return (
        f"The population is {basis}: {whole[0]} in {first['year']:.0f} and {whole[1]} in {last['year']:.0f}, "
        f"{number(pace, 2)} % a year. The labour force goes from {force[0]} to {force[1]}."
        f"{_load_sentence(first, last)} Births, deaths, moves and work by age and sex are taken to stay what they are."
    )


def _load_sentence(first: pd.Series, last: pd.Series) -> str:
    """The dependency ratio in a sentence; nothing where nobody is of working age."""
    if min(first["working age"], last["working age"]) <= 0:
        return ""
    load = [100.0 * (row["young"] + row["old"]) / row["working age"] for row in (first, last)]
    moved = "rises" if load[1] > load[0] else "falls"
    return (
        f" The number of young and old for a hundred people of working age {moved} from {number(load[0], 1)} to "
        f"{number(load[1], 1)}."
    )


def _level_sentences(o: Outcome, level: str) -> str:
    schooling = table_of(o, "schooling")
    rows = schooling[schooling["level"] == level]
    first, last, unit = rows.iloc[0], rows.iloc[-1], str(rows["unit"].iloc[0])
    begun, done = float(rows["intake"].sum()), float(rows["graduates"].sum())
    said = (
        f"{_opened(level)}: {_count(begun, unit)} begin and {_count(done, unit)} finish from {first['year']} to "
        f"{last['year']}, as {first['labour']}."
    )
    full = rows[(rows["places"] > 0) & (rows["pupils"] >= rows["places"] * (1.0 - 1e-6))]
    if rows["places"].notna().any():
        there, end = (number(row["places"], decimals(rows["places"].tolist(), unit)) for row in (first, last))
        said += f" Places go from {there} to {end}"
        said += f", all taken in {_listed(full['year'].tolist())}." if len(full) else ", never all taken."
    most = rows["teachers"].max()
    if most > 1e-9:
        said += f" At most {_count(float(most), str(rows['teachers_unit'].iloc[0]))} are added as teachers."
    return said


def _topic_sentences(rows: pd.DataFrame) -> str:
    begun, done = rows[rows["begun"] > 1e-6], rows[rows["done_by_the_end"] > 1 - 1e-6]
    topic, most = str(rows["topic"].iloc[0]), float(rows["staff"].max())
    if begun.empty:
        return f"{_opened(topic)}: the plan does not take this research up."
    if done.empty:
        ended = f"{number(100.0 * float(rows['done_by_the_end'].iloc[-1]), 0)} % done by the end of the plan"
    else:
        ended = f"done by the end of {done['year'].iloc[0]}"
    return (
        f"{_opened(topic)}: begun in {begun['year'].iloc[0]}, {ended}. Its staff is at most "
        f"{_count(most, str(rows['unit'].iloc[0]))} of {rows['labour'].iloc[0]}."
    )


def _opened(name: str) -> str:
    """A name at the beginning of a sentence."""
    return name[:1].upper() + name[1:]


def _listed(years: list[int]) -> str:
    """Years in words, runs of them as spans."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    spans = [str(r[0]) if len(r) == 1 else f"{r[0]} to {r[-1]}" for r in runs]
    return spans[0] if len(spans) == 1 else f"{', '.join(spans[:-1])} and {spans[-1]}"
