"""What final use hangs on an import, and which sectors carry the rest."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.economy.economy import Economy
from groundplan.errors import SolverError, StudyError, UnknownName, raise_all
from groundplan.glossary import quantity
from groundplan.measures.bundles import bundle
from groundplan.measures.chains import home_upstreamness
from groundplan.measures.dependence import direct_import_share, sector_import_content
from groundplan.measures.exports import foreign_market_share
from groundplan.measures.extraction import extraction_table
from groundplan.measures.labelled import per_output, share_of
from groundplan.measures.linkages import backward_linkage, ghosh_linkage


def imported_need(e: Economy) -> xr.DataArray:
    """Imports of product i in one unit of final use of j's home product, all home suppliers included.

        N = A_m L   (product × sector; one solve on the transpose)

    Units:  1.
    Source: Miller and Blair (2009), chapter 4 (chapter not checked).
    """
    coords = {"product": list(e.sectors), "sector": list(e.sectors)}
    need = e.prices(e.import_coefficients.values.T).T
    return quantity("imported_need", xr.DataArray(need, coords=coords, dims=list(coords)), e.money)


def cut_off_loss(e: Economy, share: float = 0.1, threshold: float = 0.01) -> pd.DataFrame:
    """What hangs on each imported product, and the least final use that must go if ``share`` of it stays away.

        exposed[i]     home sectors j with N[i,j] ≥ threshold, their output, the final use of i and of what they make
        least_loss[i]  min Σ_j c_j + c'   so that   Σ_j N[i,j] c_j + c' ≥ share · m[i],   0 ≤ c ≤ f_d,  0 ≤ c' ≤ f_m[i]

    Inputs stay in base-year proportion and nothing replaces the import, neither home products nor stocks. The least
    loss lets the country give up first the final uses that contain most of the import, and share out the rest at
    will: a lower bound, found without a solver by going down that order. The exposed final use is what stands still
    where nothing is shared out anew and every need from the threshold on is critical; at threshold 0 it is never
    below the least loss. At share 1 every use with a trace of the import must go, so ask what a part is worth: the
    default is a tenth. Final uses are all final categories, exports and re-exports; a product of which inventories
    give back more than the others use counts 0.

    Index: imported product, largest least loss first. Columns: imports, exposed_sectors (number), exposed_output,
    exposed_output_share, exposed_final, exposed_final_share, least_loss, least_loss_share, leverage = least_loss per
    import that stays away. Shares are of all output and of all final use.
    Units:  money / year; shares and leverage 1.
    Errors: ``StudyError`` for a share or threshold outside 0 to 1.
    Source: our own (docs/explanation/dependence.md); the order of giving up is Dantzig's (1957) for the fractional
            knapsack (citation not checked).
    """
    _check(share, threshold)
    need, imports = imported_need(e).values, e.imports.values
    home, direct = _final_uses(e)
    least = np.array([_give_up(row, home, own, share * m) for row, own, m in zip(need, direct, imports, strict=True)])
    table = exposure(e, threshold).assign(
        least_loss=least,
        least_loss_share=least / (home.sum() + direct.sum()),
        leverage=share_of(least, share * imports),
    )
    return table[imports > 0].sort_values("least_loss", ascending=False, kind="stable")


def exposure(e: Economy, threshold: float = 0.01) -> pd.DataFrame:
    """The part of ``cut_off_loss`` that needs no giving up: imports and all exposed columns, products as they come.

    Units:  money / year; shares 1.
    Errors: ``StudyError`` for a threshold outside 0 to 1.
    Source: our own (docs/explanation/dependence.md).
    """
    _check(0.0, threshold)
    home, direct = _final_uses(e)
    exposed = _exposed(e, imported_need(e).values, home, direct, threshold)
    return pd.DataFrame({"imports": e.imports.values, **exposed}, list(e.sectors)).rename_axis("product")


def partner_cut_off(e: Economy, partner: str, share: float = 1.0, threshold: float = 0.01) -> pd.DataFrame:
    """What hangs on a partner's supplies: each product he sells, and ``all products`` in the last row.

    As ``cut_off_loss``, with the partner's deliveries m_r in place of all imports of a product. Other partners do not
    deliver more; what they deliver is shared out at will in the least loss, which for all products together is

        min Σ_j c_j + Σ_i c'_i   so that   N c + c' ≥ share · m_r,  0 ≤ c ≤ f_d,  0 ≤ c' ≤ f_m        (one programme)

    Exposure counts the partner's own deliveries, N_r = A_m^r L, and in the last row those of all products together.
    Proportions are strict, so a trace of something that only this partner sells can decide the joint loss: read the
    single products first, and whether they could really stop anybody.

    Index: product, largest least loss first, then ``all products``. Columns: imports (from the partner),
    partner_share (of the product's imports, 1), and those of ``cut_off_loss`` from exposed_sectors on.
    Units:  money / year; shares and leverage 1.
    Errors: ``StudyError`` where the accounts do not part imports by partner, or for a share or threshold outside 0 to
            1; ``UnknownName`` for a partner that is not there; ``SolverError`` where the programme has no answer.
    Source: our own (docs/explanation/dependence.md).
    """
    home, direct = _final_uses(e)
    bought = _from_partner(e, partner, share, threshold)
    n = len(e.sectors)
    supplies = bought.sum(axis=1).clip(min=0.0)
    his = e.prices(per_output(bought[:, :n], e).T).T
    need, final = imported_need(e).values, home.sum() + direct.sum()
    alone = [_give_up(row, home, own, share * m) for row, own, m in zip(need, direct, supplies, strict=True)]
    least = np.array([*alone, _give_up_jointly(need, home, direct, share * supplies)])
    to_users = bought[:, n:].sum(axis=1).clip(min=0.0)
    both = np.vstack([his, his.sum(axis=0)]), np.append(to_users, to_users.sum())
    imports, all_imports = np.append(supplies, supplies.sum()), e.imports.values
    columns = {
        "imports": imports,
        "partner_share": share_of(imports, np.append(all_imports, all_imports.sum())),
        **_exposed(e, both[0], home, both[1], threshold, final),
        "least_loss": least,
        "least_loss_share": least / final,
        "leverage": share_of(least, share * imports),
    }
    table = pd.DataFrame(columns, [*e.sectors, "all products"]).rename_axis("product")
    single = table.iloc[:n].sort_values("least_loss", ascending=False, kind="stable")
    return pd.concat([single[single["imports"] > 0], table.iloc[n:]])


def lifelines(e: Economy) -> pd.DataFrame:
    """Which sectors carry the rest and on what they stand, measure by measure with its rank; no index is made of them.

    Index: sector, largest loss of value added on extraction first. Columns: extraction (share of value added lost, 1),
    carries (Ghosh forward linkage, 1), pulls (backward linkage, 1), steps (home upstreamness), import_share (of the
    product's supply, 1), import_content (of the home product, 1), foreign_market (share of output, 1), and for each
    its rank, 1 for the largest; equal ones share the better rank. Sectors without output have no rank.
    Units:  as said.
    Source: the measures' own cards.
    """
    measures = {
        "extraction": extraction_table(e)["value_added_share"],
        "carries": ghosh_linkage(e).to_series(),
        "pulls": backward_linkage(e).to_series(),
        "steps": home_upstreamness(e).to_series(),
        "import_share": direct_import_share(e).to_series(),
        "import_content": sector_import_content(e).to_series(),
        "foreign_market": foreign_market_share(e).to_series(),
    }
    table = pd.DataFrame(measures, list(e.sectors)).where(e.output.to_series() > 0)
    ranks = table.rank(ascending=False, method="min").add_suffix("_rank")
    return table.join(ranks).rename_axis("sector").sort_values("extraction", ascending=False, kind="stable")


def _check(share: float, threshold: float) -> None:
    raise_all(
        [
            StudyError(f"{name} is {value!r}", where="cut-off loss", fix="give a share from 0 to 1")
            for name, value in (("share", share), ("threshold", threshold))
            if not 0.0 <= value <= 1.0
        ]
    )


def _final_uses(e: Economy) -> tuple[np.ndarray, np.ndarray]:
    """Final use of home and of imported products with exports and re-exports, not below 0; shapes n."""
    everything = bundle(e, "final use")
    return everything.home.clip(min=0.0), everything.imported.clip(min=0.0)


def _give_up(need: np.ndarray, home: np.ndarray, direct: float, lost: float) -> float:
    """Least final use that sets ``lost`` of one import free: uses are given up in the order of what they contain."""
    content, amount = np.append(1.0, need), np.append(direct, home)
    order = np.argsort(-content, kind="stable")
    order = order[content[order] > 0]
    freed = content[order] * amount[order]
    before = np.cumsum(freed) - freed
    return float((np.clip(lost - before, 0.0, freed) / content[order]).sum())


def _give_up_jointly(need: np.ndarray, home: np.ndarray, direct: np.ndarray, lost: np.ndarray) -> float:
    """Least final use that sets all of ``lost`` free at once."""
    free, amount = np.hstack([need.clip(min=0.0), np.eye(len(direct))]), np.append(home, direct)
    # The solver is slow to import, and few questions need it.
    from groundplan.solver.answer import answer
    from groundplan.solver.programme import Programme

    # Rounded cells can ask for a hair more than the final uses contain.
    lost = np.minimum(lost, free @ amount)
    scale = max(float(lost.max(initial=0.0)), 1e-300)
    p = Programme(maximise=False)
    used = p.add_columns("given up", (len(amount),), upper=amount / scale, goal=1.0)
    p.add_rows("set free", len(lost), lost / scale, np.inf, (np.arange(len(lost))[:, None], used.numbers, free))
    solution = answer(p)
    if solution.status != "optimal":
        raise SolverError("the least loss has no answer", where=solution.status, fix="check the imports by partner")
    return solution.objective * scale


def critical(need: np.ndarray, threshold: float) -> np.ndarray:
    """Which home products need so much of an import that their use hangs on it: N ≥ threshold, and some. Any shape."""
    return np.asarray((need >= threshold) & (need > 0))


def _exposed(
    e: Economy, need: np.ndarray, home: np.ndarray, direct: np.ndarray, threshold: float, final: float | None = None
) -> dict[str, np.ndarray]:
    """Sectors whose cumulated need is at or above the threshold, their output, and the final use behind it."""
    over, x = critical(need, threshold), e.output.values
    output, used = over @ x, over @ home + direct
    whole = home.sum() + direct.sum() if final is None else final
    return {
        "exposed_sectors": (over & (x > 0)).sum(axis=1),
        "exposed_output": output,
        "exposed_output_share": output / x.sum(),
        "exposed_final": used,
        "exposed_final_share": used / whole,
    }


def _from_partner(e: Economy, partner: str, share: float, threshold: float) -> np.ndarray:
    """The partner's deliveries, product × (sector, final category); every fault of the question at once."""
    _check(share, threshold)
    where = f"{e.country} {e.year}"
    if e.imported_by_partner is None:
        raise StudyError(
            "these accounts do not part imports by partner", where=where, fix="take the country from a world table"
        )
    partners = [str(p) for p in e.imported_by_partner["partner"].values]
    if partner not in partners:
        raise UnknownName("partner", partner, partners, where=where)
    return np.asarray(e.imported_by_partner.sel(partner=partner).values)
