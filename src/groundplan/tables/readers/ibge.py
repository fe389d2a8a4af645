"""Supply and use tables of Brazil (IBGE, Sistema de Contas Nacionais), read from six CSV files of one year.

Products × activities at purchasers' prices; rows ``01911|Arroz ...``, columns ``0191 Agricultura ...``. IBGE prints no
split of domestic and imported use.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, TableError, raise_all
from groundplan.sources import Source
from groundplan.tables.door.grid import absent, disagreements, numbers, read_grid, repeats
from groundplan.tables.methods.supply_use import (
    IMPORTS,
    METHODS,
    MODEL_D,
    Layers,
    kept,
    layers,
    sales_shares,
    symmetric,
)
from groundplan.tables.published import PublishedLayout
from groundplan.tables.table import Table

FILES = {
    "use": "use_purchaser_product_by_activity.csv",
    "final": "final_demand_purchaser.csv",
    "make": "make_product_by_activity.csv",
    "supply": "supply_prices_margins_taxes.csv",
    "imports": "imports_by_product.csv",
    "value_added": "value_added_by_activity.csv",
}
ENGLISH = Path(__file__).parents[1] / "data" / "ibge_activities_en.csv"

TOTAL, FINAL_TOTAL, USE_TOTAL = "Total do produto", "Demanda final", "Demanda total"
EXPORTS, IMPORTED = "Exportação de bens e serviços (1)", "Importação de bens e serviços (1)"
PURCHASERS, BASIC = "Oferta total a preço de consumidor", "Oferta total a preço básico"
MARGINS = ["Margem de comércio", "Margem de transporte"]
TAX = "Total de impostos líquidos de subsídios"
VALUE_ADDED, OUTPUT, PERSONS = "Valor adicionado bruto ( PIB )", "Valor da produção", "Fator trabalho (ocupações)"

# code: (name as printed, kind)
FINALS = {
    "household": ("Consumo das famílias", "household"),
    "nonprofit": ("Consumo das ISFLSF", "nonprofit"),
    "government": ("Consumo do governo", "government"),
    "fixed_investment": ("Formação bruta de capital fixo", "investment"),
    "inventories": ("Variação de estoque", "inventories"),
}
PRIMARY = {
    "compensation": ("Remunerações", "labour"),
    "mixed_income": ("Rendimento misto bruto", "capital"),
    "operating_surplus": ("Excedente operacional bruto (EOB)", "capital"),
    "production_taxes": ("Outros impostos sobre a produção", "production_tax"),
    "production_subsidies": ("Outros subsídios à produção", "production_tax"),
}


def read(
    folder: Path,
    country: str,
    year: int,
    money: str,
    *,
    source: Source,
    country_name: str = "",
    rounding: float = 1.0,
) -> Table:
    """One year of IBGE's supply and use tables as an activity × activity table in basic prices.

    Units:  ``money`` / year; employment in persons (ocupações, posts held).
    Errors: every fault of the folder at once: missing files, rows or columns, cells that are not numbers, totals that
            miss their parts, a product whose first four digits are no activity.
    Source: IBGE, Sistema de Contas Nacionais, layout of the supply and use tables.
    """
    frames = _read_frames(folder)
    _check(frames, folder, rounding)
    coded = {name: _coded(frame) for name, frame in frames.items()}
    activities = [str(c) for c in coded["make"] if c != TOTAL]
    parts = _layers(coded, activities)
    own_industry = coded["make"].index.to_series().str[:4]
    s = symmetric(parts, sales_shares(coded["make"][activities], own_industry), list(FINALS), "exports")
    value_added = frames["value_added"].set_axis(coded["value_added"].columns, axis=1)[activities]
    primary = value_added.loc[[name for name, _ in PRIMARY.values()]].set_axis(list(PRIMARY), axis=0)
    return Table(
        country=country,
        country_name=country_name or country,
        year=year,
        money=money,
        domestic_use=s.domestic_use,
        imported_use=s.imported_use,
        domestic_final=s.domestic_final,
        imported_final=s.imported_final,
        exports=s.exports,
        reexports=s.reexports,
        primary=pd.concat([primary, s.product_taxes.to_frame().T]),
        final_taxes=s.final_taxes,
        final_kinds=pd.Series({code: kind for code, (_, kind) in FINALS.items()}),
        primary_kinds=pd.Series(
            {**{code: kind for code, (_, kind) in PRIMARY.items()}, "product_taxes": "product_tax"}
        ),
        labels=_english(activities),
        source=source,
        methods=_methods(s.reexports, money, value_added, coded["make"][activities]),
        rounding=rounding,
        employment=value_added.loc[[PERSONS]].set_axis(["labour"], axis=0),
        employment_unit="persons",
        published={**frames, **kept(parts)},
        names={
            **{code: name for code, (name, _) in {**FINALS, **PRIMARY}.items()},
            "product_taxes": TAX,
            "labour": PERSONS,
        },
    )


PUBLISHED = {
    "ibge": PublishedLayout(
        read, "IBGE, Sistema de Contas Nacionais", files=("folder",), money="BRL{year}m", industries="ibge"
    ),
}


def _read_frames(folder: Path) -> dict[str, pd.DataFrame]:
    """The six files as numbers, labels as printed; all faults of all files at once."""
    frames: dict[str, pd.DataFrame] = {}
    faults: list[GroundplanError] = []
    for name, file in FILES.items():
        try:
            frames[name] = numbers(read_grid(folder / file), folder / file)
        except GroundplanError as fault:
            faults.append(fault)
    raise_all(faults, where=str(folder))
    return frames


def _check(frames: dict[str, pd.DataFrame], folder: Path, rounding: float) -> None:
    """The labels that the reader needs are there and the printed identities hold."""
    path = {name: folder / file for name, file in FILES.items()}
    make, value_added = frames["make"], frames["value_added"]
    activities = [str(c) for c in make if c != TOTAL]
    wanted_columns: dict[str, list[str]] = {
        "make": [TOTAL],
        "use": [*activities, TOTAL],
        "value_added": activities,
        "final": [name for name, _ in FINALS.values()] + [EXPORTS, FINAL_TOTAL, USE_TOTAL],
        "supply": [PURCHASERS, *MARGINS, TAX, BASIC],
        "imports": [IMPORTED],
    }
    faults = [f for name, want in wanted_columns.items() for f in absent(want, frames[name], "column", path[name])]
    for name in ("use", "final", "supply", "imports"):
        faults += absent(make.index, frames[name].index, "row", path[name])
        faults += absent(frames[name].index, make.index, "row", path["make"])
    rows = [name for name, _ in PRIMARY.values()] + [VALUE_ADDED, OUTPUT, PERSONS]
    faults += absent(rows, value_added.index, "row", path["value_added"])
    raise_all(faults, where=str(folder))
    codes = [c.split(" ")[0] for c in activities]
    faults += repeats(codes, "activity", path["make"]) + repeats(_code(make.index), "product", path["make"])
    faults += absent(sorted({p[:4] for p in _code(make.index)}), codes, "activity", path["make"])
    faults += [
        TableError(f"activity '{a}' has negative output {x:g}", where=path["make"].name, fix="check its column")
        for a, x in make[activities].sum()[lambda x: x < 0].items()
    ]
    raise_all(faults + _identities(frames, activities, path, rounding), where=str(folder))


def _identities(
    frames: dict[str, pd.DataFrame], activities: list[str], path: dict[str, Path], rounding: float
) -> list[GroundplanError]:
    """Faults of the printed totals against their parts."""
    make, use, final, supply = frames["make"], frames["use"], frames["final"], frames["supply"]
    imports, value_added = frames["imports"], frames["value_added"][activities]
    finals, incomes = ([name for name, _ in rows.values()] for rows in (FINALS, PRIMARY))
    costs = pd.concat([use[activities].sum().to_frame("intermediate").T, value_added.loc[[VALUE_ADDED]]]).T
    output = value_added.T[OUTPUT]
    # parts, printed total, what it is, the files that it is printed in
    cases = [
        (make[activities], make[TOTAL], "output by product", "make"),
        (use[activities], use[TOTAL], "intermediate use by product", "use"),
        (final[[*finals, EXPORTS]], final[FINAL_TOTAL], "final demand by product", "final"),
        (use[[TOTAL]].join(final[[FINAL_TOTAL]]), final[USE_TOTAL], "total use by product", "use final"),
        (supply[[BASIC, *MARGINS, TAX]], supply[PURCHASERS], "supply at purchasers' prices", "supply"),
        (make[[TOTAL]].join(imports), supply[BASIC], "output and imports by product", "make imports supply"),
        (final[[USE_TOTAL]], supply[PURCHASERS], "use against supply", "final supply"),
        (value_added.loc[incomes].T, value_added.T[VALUE_ADDED], "value added", "value_added"),
        (costs, output, "costs and value added against output", "use value_added"),
        (make[activities].T, output, "output by activity", "make value_added"),
        (supply[MARGINS].T, pd.Series(0.0, index=MARGINS), "margins, which sum to zero", "supply"),
    ]
    files = {names: ", ".join(path[name].name for name in names.split()) for *_, names in cases}
    return [f for cells, sums, what, names in cases for f in disagreements(cells, sums, rounding, what, files[names])]


def _code(labels: pd.Index) -> list[str]:
    return [str(label).split("|")[0] for label in labels]


def _coded(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with codes for labels: products ``01911``, activities ``0191``; other labels as they are."""
    columns = [c if not c[:4].isdigit() else c.split(" ")[0] for c in map(str, frame.columns)]
    return frame.set_axis(_code(frame.index), axis=0).set_axis(columns, axis=1)


def _layers(coded: dict[str, pd.DataFrame], activities: list[str]) -> Layers:
    """Use at purchasers' prices taken apart; columns activities, final categories, exports."""
    products = coded["make"].index
    finals = coded["final"].rename(columns={name: code for code, (name, _) in FINALS.items()} | {EXPORTS: "exports"})
    use = coded["use"].loc[products, activities].join(finals.loc[products, [*FINALS, "exports"]])
    supply = coded["supply"].loc[products]
    imports = coded["imports"].loc[products, IMPORTED]
    return layers(use, supply[MARGINS], supply[TAX], imports, exports="exports", re_exports="excess")


def _english(activities: list[str]) -> pd.Series:
    """Short English names by activity code, translated by Groundplan."""
    names = read_grid(ENGLISH)["english"]
    raise_all(absent(activities, names.index, "activity", ENGLISH))
    return names.loc[activities].rename("label")


def _methods(reexports: pd.Series, money: str, value_added: pd.DataFrame, make: pd.DataFrame) -> tuple[str, ...]:
    """What was computed, one sentence each."""
    below = make.to_numpy()[make.to_numpy() < 0]
    people = float(np.round(value_added.loc[PERSONS].sum()))
    return (
        *METHODS,
        "Trade margins and transport margins are moved apart, each to the products that receive it.",
        IMPORTS["excess"] + f" Re-exports are {reexports.sum():.6g} {money}.",
        MODEL_D,
        "Mixed income of the self-employed is capital income; its part that pays for labour is not printed.",
        f"Employment is posts held (ocupações), {people:,.0f} in all, of one skill.",
        f"The printed make table has {below.size} negative cells, together {below.sum():.6g} {money}; they are kept, "
        "so a few uses of the secondary makers are negative too.",
        "English names of activities are short translations by Groundplan; the printed Portuguese names are kept.",
    )
