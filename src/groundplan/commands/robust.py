"""``groundplan robust``: how sure the plan is, and one that is surer."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from groundplan.commands import study_options

HELP = "how often the plan keeps its wishes, and a plan that keeps them in a stated share of cases"


def add(p: argparse.ArgumentParser) -> None:
    """The options of the command."""
    study_options.add(p)
    p.add_argument("--draws", type=int, help="draws that the robust plan is fitted to (default 50, or the study's)")
    p.add_argument("--fresh", type=int, help="draws that it is verified on (default 100, or the study's)")
    p.add_argument("--share", type=float, help="share of draws in which each wish must hold (default 0.9)")
    p.add_argument("--wishes", nargs="+", help="what must hold: targets, floors, path")
    p.add_argument("--seed", type=int, help="random seed of the draws")


def run(args: argparse.Namespace, say: Callable[[str], None], clear: Callable[[], None]) -> int:
    """Put the plan through draws, look for a surer one, print both, save them where asked."""
    from dataclasses import replace

    from groundplan.planning.choices.uncertainty import Uncertainty
    from groundplan.results.uncertainty_page import summary
    from groundplan.uncertainty import robust

    study = study_options.opened(args)
    asked = {k: getattr(args, k) for k in ("draws", "fresh", "share", "wishes", "seed")}
    given = {k: v for k, v in asked.items() if v is not None}
    setting = replace(study.policy.uncertainty or Uncertainty(), **given)
    outcome = robust(replace(study, policy=replace(study.policy, uncertainty=setting)), progress=say)
    return study_options.shown(outcome, summary(outcome), args.out, clear)
