"""Invented economies in the forms of publishers whose layouts are declared: a make, a use and an import matrix; tables
below one another on a sheet; a total table; a form with domestic and imported rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from door_files import workbook

Rows = list[list[object]]


def bea(folder: Path, year: int = 2017) -> list[Path]:
    """Two industries, three commodities; "..." is zero, sums stand between."""
    title: Rows = [["A title"], ["(Millions of dollars)"], ["A bureau"], [str(year)], [""]]
    goods = [("111CA", "Farms"), ("325", "Chemicals"), ("Used", "Scrap")]
    makers = goods[:2]
    make = {"111CA": [90, "...", "..."], "325": [5, 194, 1]}
    use = {"111CA": [10, 30], "325": [20, 60], "Used": ["...", 1]}
    final = {"111CA": [50, 2, 3, 12, -12], "325": [70, 40, 4, 60, -60], "Used": ["...", "...", "...", "...", "..."]}
    imported = {"111CA": [2, 4, 5, 1, "...", "..."], "325": [8, 20, 22, 9, 1, "..."], "Used": ["..."] * 6}
    spent = {"V001": [30, 50], "V002": [3, 9], "V003": [27, 50]}
    finals = ["F010", *(f"F02{k}" for k in "SENR"), "F030", "F040", "F050"]
    finals += [f"F{n}{k}" for n in ("06", "07", "10") for k in "CSEN"]

    def number(x: object) -> float:
        return float(x) if isinstance(x, int | float) else 0.0

    def wide(row: list[object]) -> list[object]:
        """Five figures under the codes that they are of, "..." under the others."""
        five = dict(zip(("F010", "F02E", "F06C", "F040", "F050"), row, strict=True))
        return [five.get(code, "...") for code in finals]

    codes, names = [c for c, _ in goods], [n for _, n in goods]
    make_page: Rows = [
        *title,
        ["", "Industries/Commodities", *codes, ""],
        ["IOCode", "Name", *names, "Total Industry Output"],
    ]
    make_page += [[c, n, *make[c], sum(map(number, make[c]))] for c, n in makers]
    make_page += [["", "Total Commodity Output", 95, 194, 1, 290], [], ["1. A note"]]
    inside = [c for c, _ in makers]
    last = ["Total Final Uses (GDP)", "Total Commodity Output"]
    rows: Rows = [*title, ["", "Commodities/Industries", *inside, "", *finals, "", ""]]
    rows.append(["IOCode", "Name", *names[:2], "Total Intermediate", *finals, *last])
    for c, n in goods:
        middle, end = sum(map(number, use[c])), sum(map(number, final[c]))
        rows.append([c, n, *use[c], middle, *wide(final[c]), end, middle + end])
    rows += [["", "Total Intermediate", 30, 91, "..."]]
    rows += [[k, f"Income {k}", *v, "..."] for k, v in spent.items()]
    rows += [["", "Total Value Added", 60, 109], ["", "Total Industry Output", 90, 200], ["Note. A note."]]
    wanted = [*inside, "T001", *finals, "T004"]
    abroad: Rows = [*title, ["", "Commodity / Industry", *wanted], ["IOCode", "Name", *wanted]]
    for c, n in goods:
        abroad.append([c, n, *imported[c][:2], "...", *wide([*imported[c][2:5], imported[c][5], "..."]), "..."])
    return [
        workbook(folder / f"{name}.xlsx", {"ReadMe": [["text"]], str(year): page})
        for name, page in (("make", make_page), ("use", rows), ("import", abroad))
    ]


# Two sectors: domestic use, imported use, and what industries pay; final uses TC, FU201, FU202 and exports.
HOME = {"01": [18, 27, 31, 9, 0, 15], "02": [27, 36, 83, 34, 0, 20]}
ABROAD = {"01": [2, 3, 0, 0, 0, 0], "02": [3, 4, 2, 1, 0, 0]}
PAID = {"VA001": [20, 60], "VA002": [5, 10], "VA003": [5, 20], "VA004": [20, 40]}


def _sums(row: Sequence[float]) -> list[object]:
    inside, final = row[:2], row[2:]
    return [*inside, sum(inside), *final, sum(final), sum(row)]


def nbs_split(path: Path, *, described: bool = True) -> Path:
    """China's form with domestic and imported rows; with or without names in words."""
    words = ["Description", "DescriptionInChinese"] if described else []
    lines: Rows = [["Code", *words, "Origin", "01", "02", "TIU", "TC", "FU201", "FU202", "EX", "TFU", "GO"]]
    for origin, block in (("Domestic", HOME), ("Imports", ABROAD)):
        for c, row in block.items():
            named = ["Farming", "农业"] if c == "01" else ["Making", "制造"]
            lines.append([c, *named[: len(words)], origin, *_sums(row)])
    total = "TOT" if described else ""
    rows = {"TII": [50, 70], **PAID, "TVA": [50, 130], "TI": [100, 200]}
    lines += [[c, *(["In words", "词"][: len(words)]), total, *v, *[""] * 7] for c, v in rows.items()]
    path.write_text("\n".join(",".join(map(str, row)) for row in lines), encoding="utf-8")
    return path


def oecd_total(path: Path, *, old: bool = False) -> Path:
    """The OECD's total table: rows 01, with descriptions, or rows TTL_01 and columns D01 in an older edition."""
    finals = ["HFCE", "NPISH", "GGFC", "GFCF", "INVNT", "DPABR" if old else "CONS_ABR", "CONS_NONRES", "EXPO", "IMPO"]
    use = {
        "01": [20.0, 30, 25, 1, 2, 8, 1, 0, 3, 15, -5],
        "02T03": [30.0, 40, 80, 1, 9, 30, 0, 2, 1, 19, -12],
    }
    words = {"01": "Agriculture, hunting", "02T03": "All else"}
    paid = {
        "TXS_IMP_FNL": [0.0, 0], "TXS_INT_FNL": [2.0, 6], "TTL_INT_FNL": [52.0, 76], "VALU": [48.0, 124],
        "OUTPUT": [100.0, 200],
    }  # fmt: skip
    lead = lambda code: [code] if old else [code, words.get(code, "In words")]  # noqa: E731
    mark = "D" if old else ""
    lines: Rows = [[*([""] if old else ["Code", "Description"]), *[mark + c for c in use], *finals]]
    lines += [[*lead(("TTL_" if old else "") + c), *row] for c, row in use.items()]
    lines += [[*lead(c), *row, *[0] * 9] for c, row in paid.items()]
    if not old:
        for row in lines:
            row[1] = f'"{row[1]}"'
    path.write_text("\n".join(",".join(map(str, row)) for row in lines), encoding="utf-8")
    return path


def dzs(path: Path) -> Path:
    """Supply, use at basic prices, domestic and imported use below one another, sums among rows and columns."""
    codes, finals = (
        ["A01", "C10-C12"],
        ["P3_S14", "P3_S15", "P3_S13", "P3", "P51", "P53", "P52", "P5", "P6", "TFINU", "TU"],
    )

    def head(title: str, columns: list[str]) -> Rows:
        named: list[object] = [title, "INDUSTRIES", *[f"Name of {c}" for c in columns]]
        return [["000 kunas", "Year 2010"], ["", "", "INDUSTRIES"], named, ["Code", "PRODUCTS (CPA 2008)", *columns]]

    def uses(title: str, block: dict[str, list[float]], more: Rows) -> Rows:
        rows = head(title, [*codes, "TOTAL", *finals])
        for c, (a, b, hh, np, gov, inv, stk, ex) in block.items():
            final = [hh, np, gov, hh + np + gov, inv, 0, stk, inv + stk, ex, hh + np + gov + inv + stk + ex]
            rows.append([f"CPA_{c}", f"Product {c}", a, b, a + b, *final, a + b + final[-1]])
        return [*rows, ["CPA_TOTAL", "Total", *[0.0] * 14], *more, [], []]

    home = {"A01": [10.0, 30, 20, 1, 0, 5, -1, 30], "C10-C12": [20.0, 40, 80, 0, 10, 20, 5, 30]}
    away = {"A01": [2.0, 5, 3, 0, 0, 0, 0, 1], "C10-C12": [8.0, 15, 20, 0, 0, 10, 0, 2]}
    both = {c: [x + y for x, y in zip(home[c], away[c], strict=True)] for c in home}
    supply = head("1500 - Supply", [*codes, "TOTAL", "P7", "SUPBP", "P118", "D21_M_D31", "SUPPP"])
    supply += [["CPA_A01", "Product A01", 90, 5, 95, 11, 106, 3, 1, 110]]
    supply += [["CPA_C10-C12", "Product C", 0, 205, 205, 55, 260, -3, 2, 259]]
    supply += [["CPA_TOTAL", "Total", 90, 210, 300, 66, 366, 0, 3, 369], []]
    empty: list[object] = [""] * 12
    costs: Rows = [
        ["D21_M_D31", "Taxes", 1, 2, 3, 4, 0, 0, 4, 1, 0, 0, 1, 0, 5, 8],
        ["D1", "Wages", 25, 60, 85, *empty],
        ["D29_M_D39", "Other", -1, 3, 2, *empty],
        ["K1", "Wear", 5, 9, 14, *empty],
        ["B2G_B3G", "Surplus", 25, 55, 80, *empty],
        ["B1G", "Value added", 49, 118, 167, *empty],
        ["P1", "Output", 90, 210, 300, *empty],
    ]
    rows = [*supply, *uses("1610 - Use", both, costs)]
    rows += [*uses("1611 - Domestic", home, []), *uses("1612 - Imports", away, [])]
    return workbook(path, {"Table": rows})


def abs_tables(folder: Path) -> list[Path]:
    """Australia's tables 5 and 8: one without codes of final uses, one with; codes as numbers beside, as text above."""
    finals = {
        "Q1": "Households; Final Consumption\nExpenditure", "Q2": "General Government Final Consumption Expenditure",
        "Q3": "Private Gross Fixed Capital Formation", "Q4": "Public Corporations Gross Fixed Capital Formation",
        "Q5": "General Government Gross Fixed Capital Formation", "Q6": "Changes in Inventories",
        "Q7": "Exports of Goods and Services",
    }  # fmt: skip
    home = {101: [10.0, 20, 40, 0, 5, 0, 0, -1, 16], 201: [30.0, 50, 60, 20, 20, 5, 5, 0, 10]}
    away = {101: [2.0, 3, 4, 0, 0, 0, 0, 0, 0], 201: [8.0, 12, 10, 0, 6, 0, 0, 0, 0]}
    paid = {"P1": [20, 60], "P2": [15, 40], "P3": [2, 5, 6], "P4": [3, 10], "P5": [0, 0], "P6": [10, 15, 14, 0, 6]}

    def sheet(block: dict[int, list[float]], coded: bool) -> Rows:
        codes = ["T4", *finals, "T5", "T6"] if coded else []
        ends = ["Total Industry Uses", *finals.values(), "Final Uses (Q1 to Q7)", "Total Supply"]
        rows: Rows = [["", "", "0101", "0201", *codes], ["", "USE", "Sheep", "Mining", *ends], ["FROM INDUSTRY"]]
        for code, row in block.items():
            rows.append([code, "Words", *row[:2], sum(row[:2]), *row[2:], sum(row[2:]), sum(row)])
        rows += [["T1", "Total Intermediate Use", *[sum(r[j] for r in block.values()) for j in (0, 1)]], []]
        for code, (a, b, *rest) in paid.items():
            rows.append([code, "Words", a, b, a + b, *rest, *[0] * (7 - len(rest)), sum(rest), a + b + sum(rest)])
        return [*rows, ["", "Australian Production", 90, 200], ["", "Value Added", 38, 110], ["", "A note."]]

    whole = {c: [x + y for x, y in zip(home[c], away[c], strict=True)] for c in home}
    return [
        workbook(folder / f"table_{n}.xlsx", {"Contents": [["Contents"]], f"Table {n}": sheet(block, coded)})
        for n, block, coded in ((5, home, False), (8, whole, True))
    ]


def statcan(path: Path) -> Path:
    """Canada's workbook: supply and use at basic prices, purposes and assets apart, "." where there is nothing."""
    ends = ["PEC001", "PEC002", "CENT01", "CEGT01", "COB001", "MEB001", "INV000", "INTEX0", "INTRE0"]
    title: Rows = [["Statistics Canada"], ["Supply and use"], ["Thousands of dollars"], [""]]
    makers = ["BS111000", "GS912000"]
    supply: Rows = [*title, ["", "Industries", "Farming", "State", "Total", "International imports", "Total supply"]]
    supply += [["", "", *makers, "TOTAL", "INTIM000", "TOTSUP"]]
    supply += [["MPG111001", "Grain", 90, ".", 90, 10, 100], ["MPS912001", "Services", 5, 200, 205, 40, 245]]
    supply += [["TOTAL", "Total", 95, 200, 295, 50, 345]]
    use: Rows = [*title, ["", "Industries", "Farming", "State", "Total", *[f"Words {c}" for c in ends], "Total use"]]
    use += [["", "", *makers, "TOTAL", *ends, "TOTUSE"]]
    block = {
        ("MPG111001", "Grain"): [12, 25, 37, 30, 10, ".", ".", 2, 3, -2, 15, 5, 100],
        ("MPS912001", "Services"): [20, 55, 75, 50, 40, 2, 28, 20, 10, ".", 15, 5, 245],
    }
    paid = {
        "P0100000": ("Taxes on products", 2, 4, 3, 1), "P0200000": ("Subsidies on products", -1, 0),
        "P0300000": ("Subsidies on production", -2, 0), "P0400000": ("Taxes on production", 3, 2),
        "P0500000": ("Wages and salaries", 30, 70), "P0600000": ("Employers\u2019 social contributions", 6, 14),
        "P0700000": ("Gross mixed income", 5, 10), "P0800000": ("Gross operating surplus", 20, 20),
    }  # fmt: skip
    use += [[*words, *row] for words, row in block.items()]
    for code, (name, a, b, *rest) in paid.items():
        use.append([code, name, a, b, int(a) + int(b), *rest, *["."] * (9 - len(rest)), int(a) + int(b)])
    use += [["GVA", "Gross value-added at basic prices", 62, 116], ["TOTAL", "Total", 95, 200]]
    return workbook(path, {"Supply": supply, "Use_Basic": use, "Use_Purchaser": [["Not read"]]})


OWN = """
name = "a table of our own"
publisher = "our bureau"
tried = "an invented file"
symmetric = true
product = 'S\\d'
exports = ["Exports"]
output = "Output"
zeros = ["-"]
passed_over = ["Total"]

[finals]
Homes = "household"
Works = "investment"

[costs]
Pay = "labour"
Rest = "capital"

[[areas]]
holds = "domestic"
sheet = "Home"
header_row = 2

[[areas]]
holds = "imported"
sheet = "Abroad"
header_row = 2

[[areas]]
holds = "costs"
sheet = "Home"
header_row = 2
"""


def own_workbook(path: Path) -> Path:
    """A workbook in the layout of ``OWN``."""
    head: Rows = [["Anything"], ["Code", "S1", "S2", "Homes", "Works", "Exports", "Total"]]
    home: Rows = [*head, ["S1", 10, 20, 40, 10, 20, 100], ["S2", 30, 40, 100, 20, 10, 200]]
    home += [["Pay", 30, 80], ["Rest", 20, 50], ["Output", 100, 200]]
    abroad: Rows = [*head, ["S1", 4, 6, 5, "-", "-", 15], ["S2", 6, 4, 5, "-", 1, 16]]
    return workbook(path, {"Home": home, "Abroad": abroad})


OWN_ROWS: Rows = [["Code", "S1", "S2", "Homes"], ["S1", 10, 20, 40], ["S2", 30, 40, 100]]
