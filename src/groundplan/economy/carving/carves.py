"""What is known of a physical product that shall be carved out of its sector."""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.economy.carving.cutting import EXPORTS
from groundplan.economy.physical import BASES, RANGED
from groundplan.errors import GroundplanError, StudyError
from groundplan.records.card import Entry, keyed
from groundplan.records.named import FINAL, PRODUCT, SECTOR, Naming

SIZES = ("quantity", "price", "share")
RESERVED = ":@"


@dataclass(frozen=True)
class Ingredient(Entry):
    """An input of a carved product whose coefficient is known: ``coefficient`` or ``amount``, not both.

    It is home and imported input together. ``amount`` needs a price: the ingredient's own, or that of a physical
    product.
    """

    product: str = keyed("", "a product; the sector of it is what is left of it", names=Naming(PRODUCT))
    coefficient: float | None = keyed("1", "money of the input per money of output, 0 or more", None, 0.0)
    amount: float | None = keyed("input's unit / unit", "units of the input per unit of output, 0 or more", None, 0.0)
    price: float | None = keyed(
        "money / input's unit", "price of the input's unit; left out where the input is physical", None, 1e-300
    )

    def more_faults(self) -> list[GroundplanError]:
        """Coefficient or amount; a price belongs to an amount."""
        faults: list[GroundplanError] = []
        if (self.coefficient is None) == (self.amount is None):
            what = f"input '{self.product}' needs either a coefficient or an amount"
            faults.append(StudyError(what, where=self.where, fix="give exactly one of the two"))
        elif self.price is not None and self.amount is None:
            what = f"the price of input '{self.product}' has no amount"
            faults.append(StudyError(what, where=self.where, fix="give amount in place of coefficient"))
        return faults


@dataclass(frozen=True)
class Carve(Entry):
    """A physical product to be carved out of a sector: of quantity, price and share exactly two.

    What is not stated follows the sector: exports and imports are the output's share of its own, users and inputs are
    in its proportions, labour and capital per unit of output are its own. With ``users`` and no exports stated, exports
    follow their weight, ``exports``. A ``share`` of 1 splits nothing: it gives a whole sector a unit, and ``product``
    is the sector's own code.
    """

    product: str = keyed("", "a code for the product; the sector's own for a whole sector")
    sector: str = keyed("", "the sector that it is carved out of", names=Naming(SECTOR))
    unit: str = keyed("", "the product's unit, such as t, GWh or flats")
    source: str = keyed("", "where quantity and price come from")
    label: str = keyed("", "the product's name; the code if left out", "")
    quantity: float | None = keyed("unit / year", "home output of the base year, 0 or more", None, 0.0)
    price: float | None = keyed("money / unit", "basic price in the economy's money, more than 0", None, 1e-300)
    share: float | None = keyed("1", "value over the sector's output in the accounts, from 0 to 1", None, 0.0, 1.0)
    imported: float | None = keyed("unit / year", "imports of the base year, 0 or more", None, 0.0)
    imported_share: float | None = keyed("1", "imports over the sector's in the accounts, from 0 to 1", None, 0.0, 1.0)
    exported: float | None = keyed("unit / year", "exports of home make in the base year, 0 or more", None, 0.0)
    exported_share: float | None = keyed("1", "exports over the sector's in the accounts, from 0 to 1", None, 0.0, 1.0)
    inputs: list[Ingredient] = keyed("", "inputs with known coefficients", [])
    labour: float | None = keyed("employment unit / unit", "work per unit of product, 0 or more", None, 0.0)
    capital: float | None = keyed("money / (unit / year)", "fixed capital per unit made a year, 0 or more", None, 0.0)
    users: dict[str, float] = keyed(
        "1", "weights of the uses that take it, by code, 0 or more", {}, 0.0, names=Naming(FINAL)
    )
    basis: str = keyed("", "'source' or 'assumed'", "source", among=BASES)
    low: float | None = keyed("as range_of", "the least that the figure may be", None, 0.0)
    high: float | None = keyed("as range_of", "the most that the figure may be", None, 0.0)
    range_of: str = keyed("", "which of quantity, price and share low and high are for", "", among=RANGED)

    @property
    def whole(self) -> bool:
        """Whether the sector is not split, only counted in a unit."""
        return self.share == 1.0

    @property
    def name(self) -> str:
        """The product's name."""
        return self.label or self.product

    def more_faults(self) -> list[GroundplanError]:
        """Texts that are missing, sizes that are too few or too many, and what cannot stand together."""
        faults = [*self._texts(), *self._sizes(), *self._range(), *self._uses()]
        who = self.product or "a product"
        return [StudyError(f"carve of {who}: {what}", where=self.where, fix=fix) for what, fix in faults]

    def _texts(self) -> list[tuple[str, str]]:
        faults = [
            (f"{name} is empty", f"give {name}")
            for name in ("product", "sector", "unit", "source")
            if not getattr(self, name).strip()
        ]
        if any(c in self.product for c in RESERVED):
            faults.append((f"the code holds one of {' '.join(RESERVED)}", "use letters and digits"))
        return faults

    def _sizes(self) -> list[tuple[str, str]]:
        faults = []
        given = [n for n in SIZES if getattr(self, n) is not None]
        if len(given) != 2:
            listed = " and ".join(given) if given else "none"
            faults.append((f"of {', '.join(SIZES)} {len(given)} are given ({listed})", "give exactly two"))
        if self.share == 0.0 and "quantity" in given:
            faults.append(("a share of 0 leaves the price open", "give quantity 0 and a price"))
        if self.quantity == 0.0 and self.share:
            faults.append(("a quantity of 0 has no share of output", "give a price, or a quantity"))
        for one, other in (("imported", "imported_share"), ("exported", "exported_share")):
            if getattr(self, one) is not None and getattr(self, other) is not None:
                faults.append((f"{one} and {other} are both given", "give one of the two"))
        if self.whole != (self.product == self.sector):
            faults.append(
                ("the product has the code of what is left of the sector", "give it another code, or share = 1")
                if self.product == self.sector
                else ("a share of 1 is the whole sector", f"write product = \"{self.sector}\", or a smaller share")
            )  # fmt: skip
        return faults

    def _range(self) -> list[tuple[str, str]]:
        if (self.low is None) != (self.high is None):
            return [("only one end of the range is given", "give low and high")]
        if self.low is None or self.high is None:
            faults = (
                [("the basis is 'assumed' without a range", "give low and high")] if self.basis == "assumed" else []
            )
            return faults + ([("range_of has no range", "give low and high")] if self.range_of else [])
        figure = getattr(self, self.ranged)
        if figure is None:
            return [(f"the range is of the {self.ranged}, which is not given", "name a figure that is given")]
        if not self.low <= figure <= self.high:
            outside = f"the {self.ranged} {figure:g} is outside its range, {self.low:g} to {self.high:g}"
            return [(outside, "correct the range or the figure")]
        return []

    def _uses(self) -> list[tuple[str, str]]:
        faults = []
        if self.users and not any(self.users.values()):
            faults.append(("no user has a weight", "give a weight above 0, or leave users out"))
        if EXPORTS in self.users and (self.exported is not None or self.exported_share is not None):
            faults.append(("exports are given twice, among the users and by themselves", "give one of the two"))
        if self.product in self.users:
            faults.append(("its own makers are among the users", "state own use as an input of its own code"))
        names = [one.product for one in self.inputs]
        faults += [(f"input '{i}' is given twice", "give it once") for i in dict.fromkeys(names) if names.count(i) > 1]
        parts = ("imported", "imported_share", "exported", "exported_share", "labour", "capital")
        more = [n for n in parts if getattr(self, n) is not None] + [n for n in ("inputs", "users") if getattr(self, n)]
        if self.whole and more:
            faults.append((f"a whole sector has its own {', '.join(more)}", f"leave out {', '.join(more)}"))
        return faults

    @property
    def ranged(self) -> str:
        """Which figure the range is for: as said, else the price where it is given, else the quantity."""
        return self.range_of or ("price" if self.price is not None else "quantity")
