"""Groundplan: plan an economy that stands on its own ground and still trades.

The names a user types: verbs, each a file of ``groundplan.verbs``, and the nouns and tools that they are told with.
Each is imported when it is first used, so that nothing heavy loads before it is needed: the imports below are read by
type checkers, and by ``_homes``.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # typing takes longer to load than all else here, and whoever stops the command then hears of it
if TYPE_CHECKING:
    from typing import Any

    from groundplan.economy.aggregation import aggregate as aggregate
    from groundplan.economy.aggregation import aggregate_world as aggregate_world
    from groundplan.economy.balancing.balancing import gras as gras
    from groundplan.economy.balancing.balancing import ras as ras
    from groundplan.economy.balancing.known_sums import Control as Control
    from groundplan.economy.balancing.mending import balance_table as balance_table
    from groundplan.economy.balancing.reconciling import cross_entropy as cross_entropy
    from groundplan.economy.carving.carves import Carve as Carve
    from groundplan.economy.carving.carves import Ingredient as Ingredient
    from groundplan.economy.carving.carving import carve as carve
    from groundplan.economy.economy import Economy as Economy
    from groundplan.economy.estimating.known_facts import Controls as Controls
    from groundplan.economy.estimating.known_facts import Fact as Fact
    from groundplan.economy.opening import Opening as Opening
    from groundplan.economy.opening import TableFiles as TableFiles
    from groundplan.economy.opening import open_accounts as open_accounts
    from groundplan.economy.opening import open_table as open_table
    from groundplan.economy.quantities import physical_account as physical_account
    from groundplan.economy.world import World as World
    from groundplan.errors import GroundplanError as GroundplanError
    from groundplan.errors import PlanInfeasible as PlanInfeasible
    from groundplan.languages.spoken import speak as speak
    from groundplan.ledgers.plan_ledger import Ledger as Ledger
    from groundplan.measures.bundles import given_bundle as given_bundle
    from groundplan.measures.chains import downstreamness as downstreamness
    from groundplan.measures.chains import upstreamness as upstreamness
    from groundplan.measures.dependence import cost_content as cost_content
    from groundplan.measures.dependence import import_content_by_product as import_content_by_product
    from groundplan.measures.extraction import extract_group as extract_group
    from groundplan.measures.extraction import extraction_table as extraction_table
    from groundplan.measures.materials import raw_material_base as raw_material_base
    from groundplan.measures.paths import dependence_paths as dependence_paths
    from groundplan.measures.sureness.confidence import confidence as confidence
    from groundplan.measures.sureness.redraws import CellUncertainty as CellUncertainty
    from groundplan.measures.sureness.redraws import redrawn as redrawn
    from groundplan.measures.world.complexity import complexity as complexity
    from groundplan.measures.world.partners import largest_partner_share as largest_partner_share
    from groundplan.measures.world.partners import supplier_concentration as supplier_concentration
    from groundplan.measures.world.partners import (
        supplier_concentration_looked_through as supplier_concentration_looked_through,
    )
    from groundplan.measures.world.value_added_trade import participation_table as participation_table
    from groundplan.measures.world.value_added_trade import value_added_abroad as value_added_abroad
    from groundplan.measures.world.value_added_trade import value_added_in_exports as value_added_in_exports
    from groundplan.measures.world.world_dependence import final_destination as final_destination
    from groundplan.measures.world.world_dependence import hidden_exposure as hidden_exposure
    from groundplan.measures.world.world_dependence import (
        import_content_by_partner_and_round as import_content_by_partner_and_round,
    )
    from groundplan.measures.world.world_dependence import market_reliance_table as market_reliance_table
    from groundplan.outcome import Outcome as Outcome
    from groundplan.places.choose_places import open_places as open_places
    from groundplan.places.choosing.facility_location import maximal_cover as maximal_cover
    from groundplan.places.choosing.facility_location import p_center as p_center
    from groundplan.places.choosing.facility_location import p_median as p_median
    from groundplan.places.choosing.rules import Rules as Rules
    from groundplan.places.known.places import Places as Places
    from groundplan.places.known.shipped_places import assumed_wages as assumed_wages
    from groundplan.places.known.shipped_places import districts as districts
    from groundplan.places.known.shipped_places import selections as selections
    from groundplan.places.lots.draw import announce as announce
    from groundplan.places.scoring.inequality import gini as gini
    from groundplan.places.scoring.scores import Weights as Weights
    from groundplan.places.scoring.scores import score as score
    from groundplan.places.scoring.scores import shipped_weights as shipped_weights
    from groundplan.places.works.facilities import Facilities as Facilities
    from groundplan.places.works.facility_files import general as general_facilities  # noqa: F401
    from groundplan.places.works.pricing import from_economy as price_ratios  # noqa: F401
    from groundplan.places.works.pricing import priced as priced
    from groundplan.planning.choices.target import Goal as Goal
    from groundplan.planning.choices.target import Target as Target
    from groundplan.planning.choices.uncertainty import Range as Range
    from groundplan.planning.choices.uncertainty import Uncertain as Uncertain
    from groundplan.planning.choices.uncertainty import Uncertainty as Uncertainty
    from groundplan.planning.doctrines.doctrine import Doctrine as Doctrine
    from groundplan.planning.families.family import Family as Family
    from groundplan.planning.families.family import Loosening as Loosening
    from groundplan.planning.families.family import family as family
    from groundplan.planning.families.rows import Model as Model
    from groundplan.planning.families.rows import term as term
    from groundplan.planning.features.budget.budget_accounts import Budget as Budget
    from groundplan.planning.features.buildings import Building as Building
    from groundplan.planning.features.contingencies.contingency_record import Contingency as Contingency
    from groundplan.planning.features.people.demography import Population as Population
    from groundplan.planning.features.people.household_groups import Group as Group
    from groundplan.planning.features.production.branches import Branch as Branch
    from groundplan.planning.features.research import Research as Research
    from groundplan.planning.features.schools.school_levels import School as School
    from groundplan.planning.features.stores import Store as Store
    from groundplan.planning.features.techniques.placed import Technique as Technique
    from groundplan.planning.features.trade.suppliers import Diversification as Diversification
    from groundplan.planning.features.trade.suppliers import Partner as Partner
    from groundplan.planning.features.works import Work as Work
    from groundplan.planning.joining.union import Link as Link
    from groundplan.planning.plan_programme import FAMILIES as FAMILIES
    from groundplan.planning.policy import Policy as Policy
    from groundplan.recipe_book.book import book as book
    from groundplan.reconciling.reported_figures import Ratio as Ratio
    from groundplan.reconciling.reported_figures import Reported as Reported
    from groundplan.results.briefing.pdf import write_pdf as write_pdf
    from groundplan.results.briefing.word import write_word as write_word
    from groundplan.results.place_pages.letters import letters as letters
    from groundplan.results.text_page import text_page as text_page
    from groundplan.shocks.drawing.distributions import Distribution as Distribution
    from groundplan.shocks.drawing.distributions import Draw as Draw
    from groundplan.shocks.scenarios.events import CloseMarket as CloseMarket
    from groundplan.shocks.scenarios.events import CutImports as CutImports
    from groundplan.shocks.scenarios.events import DestroyCapital as DestroyCapital
    from groundplan.shocks.scenarios.events import LoseCapacity as LoseCapacity
    from groundplan.shocks.scenarios.events import LowerDemand as LowerDemand
    from groundplan.shocks.scenarios.events import RaiseDemand as RaiseDemand
    from groundplan.shocks.scenarios.events import TakeLabour as TakeLabour
    from groundplan.shocks.scenarios.scenario import Scenario as Scenario
    from groundplan.solver.export import linopy_model as linopy_model
    from groundplan.solver.export import write as write_programme  # noqa: F401
    from groundplan.study.study import Study as Study
    from groundplan.study.study import open_study as open_study
    from groundplan.tables.catalogue import load as shipped_table  # noqa: F401
    from groundplan.tables.concordances import load as open_concordance  # noqa: F401
    from groundplan.tables.readers.icio import read as read_icio  # noqa: F401
    from groundplan.tables.readers.pymrio_system import from_pymrio as from_pymrio
    from groundplan.tables.world_table import open_world_table as open_world_table
    from groundplan.verbs.alternatives import alternatives as alternatives
    from groundplan.verbs.baseline import baseline as baseline
    from groundplan.verbs.compare import compare as compare
    from groundplan.verbs.data import data as data
    from groundplan.verbs.diff import diff as diff
    from groundplan.verbs.docs import docs as docs
    from groundplan.verbs.estimate import estimate as estimate
    from groundplan.verbs.examine import examine as examine
    from groundplan.verbs.follow import follow as follow
    from groundplan.verbs.hindcast import hindcast as hindcast
    from groundplan.verbs.join import join as join
    from groundplan.verbs.ledger import ledger as ledger
    from groundplan.verbs.names import names as names
    from groundplan.verbs.new import new as new
    from groundplan.verbs.open import open as open
    from groundplan.verbs.outcomes import outcomes as outcomes
    from groundplan.verbs.place import place as place
    from groundplan.verbs.plan import plan as plan
    from groundplan.verbs.project import project as project
    from groundplan.verbs.recipes import recipes as recipes
    from groundplan.verbs.reconcile import reconcile as reconcile
    from groundplan.verbs.replan import replan as replan
    from groundplan.verbs.report import report as report
    from groundplan.verbs.robust import robust as robust
    from groundplan.verbs.see import see as see
    from groundplan.verbs.sensitivity import sensitivity as sensitivity
    from groundplan.verbs.serve import serve as serve
    from groundplan.verbs.stress import stress as stress
    from groundplan.verbs.template import template as template
    from groundplan.verbs.update import update as update
    from groundplan.verbs.whynot import whynot as whynot

__version__ = "0.2.0"


def _homes() -> dict[str, tuple[str, str]]:
    """Where each name is at home, its module and what it is called there: the imports above, which are never run."""
    loader: Any = globals()["__loader__"]  # as pkgutil asks it, which takes longer to load than all else here
    text = loader.get_data(__file__).decode("utf-8").replace("import (\n", "import ")
    words = [line.replace(",", " ").split() for line in text.splitlines()]  # long ones stand in brackets
    return {w[5]: (w[1], w[3]) for w in words if w[:1] == ["from"] and w[4:5] == ["as"]}


HOMES = _homes()
VERBS = tuple(name for name, (module, _) in HOMES.items() if module == f"groundplan.verbs.{name}")
__all__ = ["HOMES", "VERBS", "__version__", *HOMES]


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"module 'groundplan' has no attribute {name!r}")
    module, own = HOMES[name]
    return getattr(import_module(module), own)


def __dir__() -> list[str]:
    return sorted(__all__)
