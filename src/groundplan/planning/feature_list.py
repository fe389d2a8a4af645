"""The features of plans, in the order in which they write their rows."""

from __future__ import annotations

from groundplan.planning.feature import Feature, Finding, Part
from groundplan.planning.features import buildings, gaps, indicators, research, stores, works
from groundplan.planning.features.budget import budget
from groundplan.planning.features.contingencies import contingency
from groundplan.planning.features.people import easing, households, inhabitants, labour
from groundplan.planning.features.production import branches, production
from groundplan.planning.features.schools import schooling
from groundplan.planning.features.techniques import techniques
from groundplan.planning.features.trade import partner_trade, resource_cost, trade

FEATURES: tuple[Feature, ...] = (
    production.FEATURE,
    techniques.FEATURE,
    buildings.FEATURE,
    trade.FEATURE,
    partner_trade.FEATURE,
    resource_cost.FEATURE,
    labour.FEATURE,
    schooling.FEATURE,
    research.FEATURE,
    inhabitants.FEATURE,
    households.FEATURE,
    easing.FEATURE,
    stores.FEATURE,
    indicators.FEATURE,
    budget.FEATURE,
    gaps.FEATURE,
    branches.FEATURE,
    works.FEATURE,
    contingency.FEATURE,
)
PARTS: tuple[Part, ...] = tuple(part for feature in FEATURES for part in feature.parts)
FINDINGS: tuple[Finding, ...] = tuple(finding for feature in FEATURES for finding in feature.findings)
