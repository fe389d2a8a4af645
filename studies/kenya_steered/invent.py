"""INVENTED: what ten ministries and 47 counties of a worked example return, by a seed.

Shares of counties, their former provinces and middles are those of the shipped facts; every rate, error, mirror, lie
and drought is made up.
"""

from __future__ import annotations

import csv
import io
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
MARK = "(invented)"
MAIZE = "gross output: maiz"
MEASURE = "KES2019bn"
# Ministry: its name, what it promises, what is counted.
MINISTRIES = {
    "AGRI": ("Ministry of Agriculture", "gross output: vege", "Vegetables, at the farm's gate."),
    "TRADE": ("Ministry of Trade", "exports: coff", "Tea and coffee that left the country."),
    "ENERGY": ("Ministry of Energy", "gross output: elec", "Power sent out."),
    "INDUSTRY": ("Ministry of Industry", "gross output: nmet", "Cement and other mineral goods."),
    "WORKS": ("Ministry of Works", "gross output: cons", "Building and roads, as certified."),
    "TREASURY": ("National Treasury", "investment", "Investment of everybody."),
    "TRANSPORT": ("Ministry of Transport", "gross output: tran", "Carriage of goods and people."),
    "WATER": ("Ministry of Water", "gross output: watr", "Water sold."),
    "HEALTH": ("Ministry of Health", "gross output: heal", "Health care given."),
    "EDUC": ("Ministry of Education", "gross output: educ", "Teaching given."),
}
MIRRORS = {"freight": ("kt", 30.0), "sacks": ("k", 333.0)}  # of maize: what a billion shillings of it takes
SEEN = ("an audit of the sellers", "an audit of the buyers")  # who else says what a ministry's figure is
HONEST, SEASON, SLIP, MIRROR_SLIP = 0.03, 0.02, 0.005, 0.03  # spreads of rates, quarters, reports, mirrors


def planted() -> dict[str, Any]:
    """What was planted, as ``planted.toml`` says it."""
    return tomllib.loads((HERE / "planted.toml").read_text("utf-8"))


def counties() -> list[dict[str, str]]:
    """The shipped facts of the 47 counties, with ``unit``, the key that each has here."""
    text = files("groundplan").joinpath("tables/data/facts/kenya_counties.csv").read_text("utf-8")
    return [{**row, "unit": f"C{int(row['county_code']):02d}"} for row in csv.DictReader(io.StringIO(text))]


def names() -> dict[str, str]:
    """Every unit's name, marked."""
    return {
        **{unit: f"{name} {MARK}" for unit, (name, _, _) in MINISTRIES.items()},
        **{row["unit"]: f"{row['name']} {MARK}" for row in counties()},
    }


def targets() -> str:
    """The file of targets: who promises what of the plan, maize by the counties' harvest of 2023."""
    head = f'# INVENTED\nplan = "2020-2024"\ntitle = "Five years, a worked example {MARK}"\ndecimals = 6\n'
    called = names()
    above = {row["unit"]: "AGRI" for row in counties()}
    units = [
        f'[[units]]\nunit = "{u}"\nname = "{called[u]}"\nlevel = "{"county" if u in above else "ministry"}"\n'
        + (f'above = "{above[u]}"\n' if u in above else "")
        for u in called
    ]
    maize = ", ".join(f"{row['unit']} = {row['maize_production_t_2023']}" for row in counties())
    promises = [(MAIZE, f"Maize harvested. {MARK}", maize, called["AGRI"])]
    promises += [(what, f"{counted} {MARK}", f"{u} = 1", called[u]) for u, (_, what, counted) in MINISTRIES.items()]
    rows = [
        f'[[targets]]\nindicator = "{what}"\ndefinition = "{counted}"\nmeasure = "{MEASURE}"\nevery = "quarter"\n'
        f'answers = "{who}"\nsource = "plan office {MARK}"\nshares = {{ {shares} }}\n'
        for what, counted, shares, who in promises
    ]
    return "\n".join([head, *units, *rows])


def regions() -> str:
    """The file that says which county lies where."""
    rows = [f"{r['name']} {MARK},{r['name']} {MARK},{r['centroid_lat']},{r['centroid_lon']}" for r in counties()]
    return "\n".join(["unit,region,lat,lon", *rows, ""])


def ratios() -> str:
    """The file of what a billion shillings of maize takes."""
    rows = [f"maiz,{name},{ratio},{measure},{MEASURE},3%,{MARK}" for name, (measure, ratio) in MIRRORS.items()]
    return "\n".join(["product,input,ratio,measure,per,error,source", *rows, ""])


@dataclass(frozen=True, eq=False)
class Returns:
    """What came to pass and what is said of it: a row a unit and quarter.

    ``figures``: sheet, unit, indicator, period, promised, true, said, first (what is said at first), why (it is
    corrected), late, missing.
    """

    figures: pd.DataFrame
    seed: int

    def answers(self, *, late: bool) -> Mapping[tuple[str, str], str]:
        """What is filled into forms, by sheet and period; what is late only with ``late``."""
        rows = self.figures[~self.figures["missing"] & (late | ~self.figures["late"])]
        return {(r.sheet, r.period): f"{r.first:.6f}" for r in rows.itertuples()}

    def corrections(self, year: int) -> Iterator[tuple[str, str, list[dict[str, str]]]]:
        """Unit, why, and the figures that take the place of wrong ones."""
        rows = self.figures[(self.figures["why"] != "") & self.figures["period"].str.startswith(str(year))]
        for r in rows.itertuples():
            figure = {"sheet": r.sheet, "period": r.period, "measure": MEASURE, "value": f"{r.said:.6f}", "note": ""}
            yield str(r.unit), str(r.why), [figure]

    def mirrors(self, year: int) -> str:
        """The file of what others see of a year: freight and sacks of maize, two audits of everything else."""
        chance = np.random.default_rng([self.seed, year])
        there = self.figures[self.figures["period"].str.startswith(str(year))]
        called = names()
        rows = ["unit,figure,product,input,value,measure,period,source,sd"]
        for (unit, what), true in there.groupby(["unit", "indicator"], sort=False)["true"].sum().items():
            kind, _, product = str(what).partition(": ")
            if not product:
                continue
            figure = {"gross output": "output", "exports": "export"}[kind]
            of_maize = [("input", name, true * ratio, m) for name, (m, ratio) in MIRRORS.items()]
            of_others = [(figure, "", true, MEASURE) for _ in SEEN]
            seen = of_maize if what == MAIZE else of_others
            for who, (said, taken, value, measure) in zip(SEEN, seen, strict=True):
                found = value * (1 + MIRROR_SLIP * chance.standard_normal())
                rows.append(
                    f"{called[str(unit)]},{said},{product},{taken},{found:.9f},{measure},{year},{who} {MARK},3%"
                )
        return "\n".join([*rows, ""])


def returns(promised: pd.DataFrame, seed: int) -> Returns:
    """Invent what comes of promises (sheet, unit, indicator, period, amount) in the two years of the tale.

    true = promised · rate of the unit · season · what the drought left
    said = true · (1 + slip) · the lie, where one is planted
    """
    chance, plants = np.random.default_rng(seed), planted()
    dry = {row["unit"] for row in counties() if row["former_province"] in plants["drought"]["provinces"]}
    lies = {(x["unit"], x["indicator"], x["year"]): x["factor"] for x in plants["lies"]}
    fixed = {(x["unit"], x["period"]): x for x in plants["corrected"]}
    rows = []
    rates: dict[str, float] = {}
    for p in promised[promised["period"].str[:4].isin(["2020", "2021"])].itertuples():
        year = int(str(p.period)[:4])
        rate = rates.setdefault(str(p.sheet), 0.98 + HONEST * chance.standard_normal())
        true = float(str(p.amount)) * rate * (1 + SEASON * chance.standard_normal())
        drought = plants["drought"]
        if p.unit in dry and p.indicator == drought["indicator"] and year == drought["year"]:
            true *= drought["left"]
        lie = lies.get((p.unit, p.indicator, year), 1.0)
        said = round(true * (1 + SLIP * chance.standard_normal()) * lie, 6)
        fix = fixed.get((str(p.unit), str(p.period)))
        rows.append({
            "sheet": p.sheet, "unit": p.unit, "indicator": p.indicator, "period": p.period, "promised": p.amount,
            "true": true, "said": said, "first": said * (fix["factor"] if fix else 1.0),
            "why": fix["why"] if fix else "", "late": p.unit in plants["late"].get(p.period, []),
            "missing": p.unit in plants["missing"].get(p.period, []),
        })  # fmt: skip
    return Returns(pd.DataFrame(rows), seed)


def filled(form: Path, answers: Mapping[tuple[str, str], str]) -> str:
    """A form as its unit sends it back, its totals those of what is filled in; nothing where nothing is."""
    content = json.loads(form.read_text("utf-8"))
    for figure in content["figures"]:
        figure["value"] = answers.get((figure["sheet"], figure["period"]), "")
    for figure in content["figures"]:
        if figure["period"] == "total":
            own = [f["value"] for f in content["figures"] if f["sheet"] == figure["sheet"] and f["period"] != "total"]
            figure["value"] = f"{sum(float(v) for v in own if v):.6f}"
    came = any(f["value"] for f in content["figures"] if f["period"] != "total")
    return json.dumps(content, indent=1, ensure_ascii=False) if came else ""
