"""Groundplan: plan an economy that stands on its own ground and still trades.

The names a user types: verbs, each a file of ``groundplan.verbs``, and the nouns and tools that they are told with.
Each is imported when it is first used, so that nothing heavy loads before it is needed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from groundplan.economy.aggregation import aggregate as aggregate
    from groundplan.economy.balancing import gras as gras
    from groundplan.economy.carves import Carve as Carve
    from groundplan.economy.carves import Ingredient as Ingredient
    from groundplan.economy.carving import carve as carve
    from groundplan.economy.economy import Economy as Economy
    from groundplan.economy.known_sums import Control as Control
    from groundplan.economy.mending import balance_table as balance_table
    from groundplan.economy.opening import open_accounts as open_accounts
    from groundplan.economy.opening import open_table as open_table
    from groundplan.economy.quantities import physical_account as physical_account
    from groundplan.economy.reconciling import cross_entropy as cross_entropy
    from groundplan.economy.world import World as World
    from groundplan.errors import GroundplanError as GroundplanError
    from groundplan.errors import PlanInfeasible as PlanInfeasible
    from groundplan.measures.confidence import confidence as confidence
    from groundplan.measures.dependence import import_content_by_product as import_content_by_product
    from groundplan.measures.extraction import extraction_table as extraction_table
    from groundplan.measures.paths import dependence_paths as dependence_paths
    from groundplan.outcome import Outcome as Outcome
    from groundplan.places.choose_places import open_places as open_places
    from groundplan.places.draw import announce as announce
    from groundplan.places.facilities import Facilities as Facilities
    from groundplan.places.facility_files import general as general_facilities  # noqa: F401
    from groundplan.places.places import Places as Places
    from groundplan.places.pricing import from_economy as price_ratios  # noqa: F401
    from groundplan.places.pricing import priced as priced
    from groundplan.places.rules import Rules as Rules
    from groundplan.places.scores import Weights as Weights
    from groundplan.places.scores import gini as gini
    from groundplan.places.scores import score as score
    from groundplan.places.shipped import assumed_wages as assumed_wages
    from groundplan.places.shipped import selections as selections
    from groundplan.places.weights import shipped_weights as shipped_weights
    from groundplan.planning.choices.branch import Branch as Branch
    from groundplan.planning.choices.budget import Budget as Budget
    from groundplan.planning.choices.building import Building as Building
    from groundplan.planning.choices.contingency import Contingency as Contingency
    from groundplan.planning.choices.goal import Goal as Goal
    from groundplan.planning.choices.group import Group as Group
    from groundplan.planning.choices.link import Link as Link
    from groundplan.planning.choices.partner import Diversification as Diversification
    from groundplan.planning.choices.partner import Partner as Partner
    from groundplan.planning.choices.population import Population as Population
    from groundplan.planning.choices.research import Research as Research
    from groundplan.planning.choices.schooling import School as School
    from groundplan.planning.choices.store import Store as Store
    from groundplan.planning.choices.target import Target as Target
    from groundplan.planning.choices.technique import Technique as Technique
    from groundplan.planning.choices.uncertainty import Range as Range
    from groundplan.planning.choices.uncertainty import Uncertain as Uncertain
    from groundplan.planning.choices.uncertainty import Uncertainty as Uncertainty
    from groundplan.planning.choices.work import Work as Work
    from groundplan.planning.doctrines.doctrine import Doctrine as Doctrine
    from groundplan.planning.family import Family as Family
    from groundplan.planning.family import Loosening as Loosening
    from groundplan.planning.family import family as family
    from groundplan.planning.policy import Policy as Policy
    from groundplan.planning.programme import FAMILIES as FAMILIES
    from groundplan.planning.rows import Model as Model
    from groundplan.planning.rows import term as term
    from groundplan.recipe_book.book import book as book
    from groundplan.results.letters import letters as letters
    from groundplan.results.text_page import text_page as text_page
    from groundplan.shocks.distributions import Distribution as Distribution
    from groundplan.shocks.distributions import Draw as Draw
    from groundplan.shocks.events import CloseMarket as CloseMarket
    from groundplan.shocks.events import CutImports as CutImports
    from groundplan.shocks.events import DestroyCapital as DestroyCapital
    from groundplan.shocks.events import LoseCapacity as LoseCapacity
    from groundplan.shocks.events import RaiseDemand as RaiseDemand
    from groundplan.shocks.events import TakeLabour as TakeLabour
    from groundplan.shocks.scenario import Scenario as Scenario
    from groundplan.solver.export import linopy_model as linopy_model
    from groundplan.solver.export import write as write_programme  # noqa: F401
    from groundplan.study.study import Study as Study
    from groundplan.study.study import open_study as open_study
    from groundplan.tables.catalogue import load as shipped_table  # noqa: F401
    from groundplan.tables.concordances import load as open_concordance  # noqa: F401
    from groundplan.tables.icio import read as read_icio  # noqa: F401
    from groundplan.tables.world_table import open_world_table as open_world_table
    from groundplan.verbs.alternatives import alternatives as alternatives
    from groundplan.verbs.compare import compare as compare
    from groundplan.verbs.data import data as data
    from groundplan.verbs.examine import examine as examine
    from groundplan.verbs.join import join as join
    from groundplan.verbs.place import place as place
    from groundplan.verbs.plan import plan as plan
    from groundplan.verbs.recipes import recipes as recipes
    from groundplan.verbs.report import report as report
    from groundplan.verbs.robust import robust as robust
    from groundplan.verbs.see import see as see
    from groundplan.verbs.sensitivity import sensitivity as sensitivity
    from groundplan.verbs.stress import stress as stress
    from groundplan.verbs.template import template as template
    from groundplan.verbs.whynot import whynot as whynot

__version__ = "0.1.0"
VERBS = (
    "alternatives", "compare", "data", "examine", "join", "place", "plan", "recipes", "report", "robust", "see",
    "sensitivity", "stress", "template", "whynot",
)  # fmt: skip
# Where each name is at home; after a colon what it is called there.
HOMES = {
    "Branch": "planning.choices.branch",
    "Budget": "planning.choices.budget",
    "Building": "planning.choices.building",
    "Carve": "economy.carves",
    "CloseMarket": "shocks.events",
    "Contingency": "planning.choices.contingency",
    "Control": "economy.known_sums",
    "CutImports": "shocks.events",
    "DestroyCapital": "shocks.events",
    "Distribution": "shocks.distributions",
    "Diversification": "planning.choices.partner",
    "Doctrine": "planning.doctrines.doctrine",
    "Draw": "shocks.distributions",
    "Economy": "economy.economy",
    "FAMILIES": "planning.programme",
    "Family": "planning.family",
    "Facilities": "places.facilities",
    "Goal": "planning.choices.goal",
    "Group": "planning.choices.group",
    "GroundplanError": "errors",
    "Ingredient": "economy.carves",
    "Link": "planning.choices.link",
    "Loosening": "planning.family",
    "LoseCapacity": "shocks.events",
    "Model": "planning.rows",
    "Outcome": "outcome",
    "Partner": "planning.choices.partner",
    "Places": "places.places",
    "PlanInfeasible": "errors",
    "Policy": "planning.policy",
    "Population": "planning.choices.population",
    "RaiseDemand": "shocks.events",
    "Range": "planning.choices.uncertainty",
    "Research": "planning.choices.research",
    "Rules": "places.rules",
    "Scenario": "shocks.scenario",
    "School": "planning.choices.schooling",
    "Store": "planning.choices.store",
    "Study": "study.study",
    "TakeLabour": "shocks.events",
    "Target": "planning.choices.target",
    "Technique": "planning.choices.technique",
    "Uncertain": "planning.choices.uncertainty",
    "Uncertainty": "planning.choices.uncertainty",
    "Weights": "places.scores",
    "Work": "planning.choices.work",
    "World": "economy.world",
    "aggregate": "economy.aggregation",
    "announce": "places.draw",
    "assumed_wages": "places.shipped",
    "balance_table": "economy.mending",
    "book": "recipe_book.book",
    "carve": "economy.carving",
    "confidence": "measures.confidence",
    "cross_entropy": "economy.reconciling",
    "dependence_paths": "measures.paths",
    "extraction_table": "measures.extraction",
    "family": "planning.family",
    "general_facilities": "places.facility_files:general",
    "gini": "places.scores",
    "gras": "economy.balancing",
    "import_content_by_product": "measures.dependence",
    "letters": "results.letters",
    "linopy_model": "solver.export",
    "open_accounts": "economy.opening",
    "open_concordance": "tables.concordances:load",
    "open_places": "places.choose_places",
    "open_study": "study.study",
    "open_table": "economy.opening",
    "open_world_table": "tables.world_table",
    "physical_account": "economy.quantities",
    "price_ratios": "places.pricing:from_economy",
    "priced": "places.pricing",
    "read_icio": "tables.icio:read",
    "score": "places.scores",
    "selections": "places.shipped",
    "shipped_table": "tables.catalogue:load",
    "shipped_weights": "places.weights",
    "term": "planning.rows",
    "text_page": "results.text_page",
    "write_programme": "solver.export:write",
}
__all__ = ["HOMES", "VERBS", "__version__", *VERBS, *HOMES]


def __getattr__(name: str) -> Any:
    if name in VERBS:
        return getattr(import_module(f"groundplan.verbs.{name}"), name)
    if name not in HOMES:
        raise AttributeError(f"module 'groundplan' has no attribute {name!r}")
    module, _, own = HOMES[name].partition(":")
    return getattr(import_module(f"groundplan.{module}"), own or name)


def __dir__() -> list[str]:
    return sorted(__all__)
