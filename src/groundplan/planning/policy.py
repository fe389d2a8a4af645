"""What a planner may choose. Every field is a key of a study file and a keyword of ``plan``, under the same name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from groundplan.errors import GroundplanError, UnknownName, raise_all
from groundplan.planning.choices.target import Target
from groundplan.planning.choices.uncertainty import Range, Uncertain, Uncertainty
from groundplan.planning.features.budget.budget_accounts import Budget
from groundplan.planning.features.buildings import Building
from groundplan.planning.features.contingencies.contingency_record import Contingency
from groundplan.planning.features.people.demography import Population
from groundplan.planning.features.people.household_groups import Group
from groundplan.planning.features.production.branches import Branch
from groundplan.planning.features.research import Research
from groundplan.planning.features.schools.school_levels import School
from groundplan.planning.features.stores import Store
from groundplan.planning.features.techniques.placed import Technique
from groundplan.planning.features.trade.suppliers import Diversification, Partner
from groundplan.planning.features.works import Work
from groundplan.records.card import Card, PerSector, fields_of, keyed, types_of
from groundplan.records.named import PER_SECTOR, PRODUCT, SPENDING, Naming

PATHS = ("tied", "free", "fixed")
BASKETS = ("linear", "fixed")
PARTNERS_FROM = ("records", "accounts")
SOLVERS = ("choose", "simplex", "ipm", "pdlp", "clarabel")


@dataclass(frozen=True)
class Policy(Card):
    """The planner's choices, each with a default that is an assumption and is reported as one.

    A ``PerSector`` value is one number, or a mapping of sector codes to numbers with ``default`` for the rest.
    """

    years: int = keyed("years", "length of the plan", 10, 1, 100, section="plan")
    start_year: int | None = keyed(
        "", "first year of the plan; None: what the accounts state, else the year after them. Where it is later, the "
        "accounts are carried to the year before it", None, 1000, 2999, section="plan",
    )  # fmt: skip
    growth_before_start: float | None = keyed(
        "1 / year", "growth of output from the accounts to the year before the start; None: what labour and its "
        "productivity allow", None, -0.2, 0.5, section="plan",
    )  # fmt: skip
    tail_years: int = keyed(
        "years", "years after the plan that are reckoned with and never shown, so that its end is no end", 5, 0, 50,
        section="plan",
    )  # fmt: skip
    lasting_targets: bool = keyed(
        "", "targets of the plan's last year hold in the tail too; else the plan may prepare to give them up", True,
        section="plan",
    )  # fmt: skip
    evenness: float = keyed(
        "1", "share of the plan's worth that the most even path may cost; 0: the solver's own corner", 0.001, 0, 0.1,
        section="plan",
    )  # fmt: skip
    price_softness: float = keyed(
        "1", "how far a balance may be missed where prices are taken, as a share of what passes; 0: the corner's own",
        0.015, 0, 0.1, section="plan",
    )  # fmt: skip
    discount_rate: float = keyed(
        "1 / year", "how much less next year's living standard counts", 0.03, 0, 1, section="plan"
    )
    aversion: float = keyed(
        "1", "concavity of utility: marginal utility falls as standard^-aversion", 1.0, 0, 5, section="plan"
    )
    floor: float = keyed("1", "least living standard per head, as a share of the base year", 1.0, 0, 10, section="plan")
    steady: bool = keyed("", "living standard per head never falls from one year to the next", True, section="plan")
    population_growth: float | None = keyed(
        "1 / year",
        "growth of population and of labour; None: the country's of the last five years, else 0",
        None,
        -0.2,
        0.2,
        section="people",
    )
    labour_productivity_growth: float | None = keyed(
        "1 / year",
        "yearly fall of labour needed per unit of output; None: the country's own past and income, else 0.02",
        None,
        -0.2,
        0.2,
        section="people",
    )
    labour_reserve: float = keyed(
        "1", "labour without work in the base year, as a share of employment", 0.0, 0, 10, section="people"
    )
    training_years: int = keyed("years", "length of schooling from one skill to the next", 3, 1, 20, section="people")
    training_ceiling: float = keyed(
        "1 / year", "largest share of a skill's labour that may be in new training", 0.01, 0, 1, section="people"
    )
    training_premium: float = keyed(
        "1", "earnings of a skill over those of the skill below", 1.5, 1, 20, section="people"
    )
    schooling_cost: float = keyed(
        "1", "schooling bought a year for one trained wage unit", 0.5, 0, 20, section="people"
    )
    schooling: list[str] = keyed(
        "",
        "products that schooling is bought from, the first that is made; none: what plays the role of education",
        [],
        section="people",
        names=Naming(PRODUCT, refused=False),
    )
    capacity_utilisation: PerSector = keyed(
        "1", "share of capacity that the base year used", 1.0, 0.05, 1, section="capital", names=PER_SECTOR
    )
    gestation: PerSector | None = keyed(
        "years",
        "from spending to usable capacity; None: machines 1, structures 2, by construction's share of investment",
        None,
        1,
        20,
        section="capital",
        names=PER_SECTOR,
    )
    absorption: PerSector = keyed(
        "1 / year", "largest yearly growth of a capacity", 0.12, 0, 10, section="capital", names=PER_SECTOR
    )
    contraction: PerSector = keyed(
        "1 / year",
        "largest yearly fall of a sector's output and exports",
        0.1,
        0,
        1,
        section="capital",
        names=PER_SECTOR,
    )
    investment_ramp: float = keyed(
        "1 / year", "largest yearly growth of investment in a sector", 0.5, 0, 100, section="capital"
    )
    government_path: str = keyed(
        "", "'tied': keeps pace with households; 'free' above the floor; 'fixed' at the base year per head", "tied",
        among=PATHS, section="plan",
    )  # fmt: skip
    baskets: str = keyed(
        "", "'linear': what households buy moves with income, what is short gives way; 'fixed': base-year proportions",
        "linear", among=BASKETS, section="plan",
    )  # fmt: skip
    income: float | None = keyed(
        "1", "how rich the country is, 0 to 1, for elasticities and what is committed; None: published, else halfway",
        None, 0, 1, section="plan",
    )  # fmt: skip
    elasticities: dict[str, float] = keyed(
        "1", "expenditure elasticity by product or class of spending, before they add up; else the shipped ones", {},
        0.05, 10, section="plan", names=Naming(SPENDING),
    )  # fmt: skip
    committed: float | None = keyed(
        "1", "share of households' spending that does not give way, 1 + 1/Frisch; None: by income", None, 0, 0.95,
        section="plan",
    )  # fmt: skip
    giving_way: float = keyed(
        "1", "how readily a short product gives way to others, over what the above say; 0: not at all", 1.0, 0, 10,
        section="plan",
    )  # fmt: skip
    inventories_years: int = keyed(
        "years", "years until base-year changes in inventories fade out", 5, 1, 100, section="plan"
    )
    inventories_pace: float = keyed(
        "1 / year",
        "fastest yearly fall of a draw on stocks, as a share of the product's supply",
        0.01,
        0,
        1,
        section="plan",
    )
    import_replacement: PerSector = keyed(
        "1 / year",
        "yearly rise of the share of needed imports that home products may replace",
        0.02,
        0,
        1,
        section="trade",
        names=PER_SECTOR,
    )
    import_floor: PerSector = keyed(
        "1",
        "share of needed imports that home products can never replace",
        0.5,
        0,
        1,
        section="trade",
        names=PER_SECTOR,
    )
    import_deepening: PerSector = keyed(
        "1 / year",
        "yearly rise of the share of home products that imports may replace, where there are imports",
        0.01,
        0,
        1,
        section="trade",
        names=PER_SECTOR,
    )
    import_deepening_ceiling: PerSector = keyed(
        "1", "largest share of home products that imports may replace", 0.1, 0, 1, section="trade", names=PER_SECTOR
    )
    export_growth: PerSector = keyed(
        "1 / year", "growth of each export's market ceiling", 0.04, -1, 5, section="trade", names=PER_SECTOR
    )
    partners_from: str = keyed(
        "", "where shares of partners in imports come from: [[partners]] records, or the accounts", "records",
        among=PARTNERS_FROM, section="trade",
    )  # fmt: skip
    partners_largest: int = keyed(
        "",
        "partners of each product told apart, the largest ones of the accounts; the others are one",
        5,
        1,
        300,
        section="trade",
    )
    partner_growth: float = keyed(
        "1 / year", "largest yearly growth of what one partner sells", 0.25, 0, 100, section="trade"
    )
    partner_entry: float = keyed(
        "1 / year",
        "what a partner may sell beyond that growth, as a share of all imports of the product",
        0.02,
        0,
        1,
        section="trade",
    )
    partner_contraction: float = keyed(
        "1 / year", "largest yearly fall of what one partner sells", 0.5, 0, 1, section="trade"
    )
    foreign_balance: float | None = keyed(
        "money / year",
        "foreign exchange from transfers and lending; None: the base year's gap",
        None,
        -1e15,
        1e15,
        section="finance",
    )
    foreign_reserves: float = keyed(
        "money", "foreign exchange in hand when the plan starts", 0.0, 0, 1e15, section="finance"
    )
    credit_line: float = keyed(
        "money",
        "how far the foreign-exchange account may be overdrawn; debt at the end counts against the plan",
        0.0,
        0,
        1e15,
        section="finance",
    )
    foreign_interest: float = keyed(
        "1 / year",
        "interest on an overdrawn foreign-exchange account, and on what is in it",
        0.0,
        0,
        0.5,
        section="finance",
    )
    terminal_growth: float | None = keyed(
        "1 / year",
        "growth that the capacity left at the end is valued for; None: labour's growth",
        None,
        -0.2,
        0.5,
        section="plan",
    )
    terminal_weight: PerSector = keyed(
        "1",
        "terminal value of capital over its cost at base-year prices",
        1.0,
        0,
        100,
        section="plan",
        names=PER_SECTOR,
    )
    idle_cost: float = keyed(
        "1",
        "toil: what a unit of output costs by itself, so that nothing is made that nobody uses",
        1e-5,
        0,
        0.01,
        section="plan",
    )
    partners: list[Partner] = keyed("", "whom imports come from", [])
    diversification: list[Diversification] = keyed("", "limits on the share of one partner", [])
    stores: list[Store] = keyed("", "products that may be put by", [])
    contingencies: list[Contingency] = keyed("", "what the plan must survive, and with which floor", [])
    targets: list[Target] = keyed("", "indicators with bounds", [])
    population: Population | None = keyed("", "the population by age and sex; without it one rate of growth", None)
    schools: list[School] = keyed("", "levels of schooling, each for a skill; others are trained by premium", [])
    research: list[Research] = keyed("", "research programmes that techniques may need", [])
    budget: Budget | None = keyed("", "the state's budget by function; without it the state is one consumer", None)
    groups: list[Group] = keyed("", "household groups with choices of their own", [])
    branches: list[Branch] = keyed("", "sectors to be told and steered together", [])
    techniques: list[Technique] = keyed("", "other ways to make a product, after recipes of the book", [])
    buildings: list[Building] = keyed("", "what is built to stand: flats, roads, sea walls", [])
    works: list[Work] = keyed("", "projects: whole or not at all", [])
    ranges: list[Range] = keyed("", "how far figures may lie from what is taken", [])
    uncertain: list[Uncertain] = keyed("", "what is drawn to see how the plan holds", [])
    uncertainty: Uncertainty | None = keyed("", "how the robust plan is sought; without it the defaults", None)
    gap: float = keyed("1", "how far from the best a choice of projects may be", 1e-4, 0, 1, section="solver")
    solver: str = keyed(
        "",
        "ipm (interior point, then a vertex), simplex, pdlp (large plans), choose; or clarabel, another solver",
        "ipm",
        among=SOLVERS,
        section="solver",
    )
    time_limit: float = keyed("s", "the solver stops here and says so", 600.0, 0.1, section="solver")
    seed: int = keyed("", "random seed of the solver", 0, 0, 2**31 - 1, section="solver")

    def __post_init__(self) -> None:
        raise_all(self.faults(), where="policy")
        for spec in fields_of(Policy):
            if types_of(Policy)[spec.name] is int:
                object.__setattr__(self, spec.name, int(getattr(self, spec.name)))

    @classmethod
    def of(cls, **choices: Any) -> Policy:
        """A policy from keywords; unknown names, each with the nearest, and values out of range are told at once."""
        return cls().but(choices)

    def but(self, choices: Mapping[str, Any], also: Sequence[str] = ()) -> Policy:
        """The policy with other choices; ``also``: names that stand elsewhere and may have been meant."""
        names = [f.name for f in fields_of(Policy)]
        faults: list[GroundplanError] = [UnknownName("policy", k, [*names, *also]) for k in choices if k not in names]
        try:
            chosen = replace(self, **{k: v for k, v in choices.items() if k in names})
        except GroundplanError as error:
            faults += error.parts
        raise_all(faults, where="policy")
        return chosen
