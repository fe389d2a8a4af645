"""Verbs that follow a plan by reports."""

from __future__ import annotations

from groundplan.verb_options import (
    ACCOUNTS,
    EACH,
    FACE,
    FACES,
    FOLLOW_FOLDER,
    NUMBER,
    RUNNER,
    SEVERAL,
    SWITCH,
    WHOLE,
    Option,
    Pages,
    Verb,
)

FOLLOW = Verb(
    "follow",
    "where the plan of a ledger will end, what stands in the way, and which units could break it",
    (
        *ACCOUNTS,
        Option("ledger", "the ledger's file, or the URL of a PostgreSQL database", default="plan.ledger"),
        Option("on", "the day that is asked about (default: today)", metavar="DAY"),
        Option("plan", "folder of the plan, which says who takes what in its years", metavar="FOLDER"),
        Option("mirrors", "figures from outside of the reporting chain, as for reconcile", metavar="FILE"),
        Option("ratios", "inputs per unit of output, as for reconcile", metavar="FILE"),
        Option("past", "figures of before the plan, CSV: unit, indicator, period, value, measure", metavar="FILE"),
        Option("levels", "indicators that are stocks or ratios, so that nothing adds up over periods", default=(),
               metavar="INDICATOR", many=EACH),
        Option("at_most", "indicators that are limits, of which not more was promised", default=(),
               metavar="INDICATOR", many=EACH),
        Option("regions", "where units lie, CSV: unit, region; lat, lon", metavar="FILE"),
        Option("places", "what those regions are on a map: KEN, PRK or a file", metavar="PLACES"),
        Option("roles", "what the columns of that file are (TOML)", metavar="FILE"),
        Option("stocks", "days in stock, as a scenario of stress without events (TOML)", metavar="FILE"),
        Option("band", "share of cases that a band holds", NUMBER, 0.8, low=0.0, high=1.0),
        *FACES,
    ),
    pages=(Pages("follow", report="follow_pages.follow_page:PAGE"),),
    about="accounts",
    folder=FOLLOW_FOLDER,
)  # fmt: skip
LEDGER = Verb(
    "ledger",
    "what was promised, by whom, and what is reported: kept so that no change goes unseen",
    (
        Option("action", "init, targets, enter, forms, receive, status, checkpoint, verify, export, reports, rotate or "
               "migrate", metavar="ACTION", position=True, needed=True, choices=(
            "init", "targets", "enter", "forms", "receive", "status", "checkpoint", "verify", "export", "reports",
            "rotate", "migrate",
        )),
        Option("path", "targets, enter: the file (TOML); forms, export: the folder to write; receive: a file or a "
               "folder; rotate: the new key's file; reports: the CSV file; verify: an exported folder (without it, "
               "the ledger)", position=True, written=("forms", "export", "checkpoint", "reports")),
        Option("ledger", "the ledger: a file, or postgresql://...", default="plan.ledger"),
        Option("key", "the file of its key", default="plan.key"),
        Option("by", "who enters it, for the record", default="office"),
        Option("origin", "init: the name that its checkpoints bear, for example ministry.example/plan"),
        Option("zone", "init: the time zone in which its days end", default="UTC"),
        Option("plan", "targets: the folder of the plan's outcome"),
        Option("programme", "targets: the folder of an outcome of `place`"),
        Option("on", "the day that is asked about, 2026-04-30 (default: today)"),
        Option("unit", "forms, receive: these units only", default=(), many=SEVERAL),
        Option("kind", "forms: what they are", default="xlsx", choices=("xlsx", "csv", "json")),
        Option("entry", "export: entries to prove, by number", default=(), many=SEVERAL),
        Option("kept", "verify: checkpoints that you kept", default=(), many=SEVERAL),
        Option("public", "verify: the key that was printed", default=(), many=SEVERAL),
        Option("why", "rotate: why the key changes", default=""),
        Option("lost", "rotate: the old key is lost and signs nothing", SWITCH, False),
        Option("look", "targets: say what would be entered, and enter nothing", SWITCH, False),
        *FACES,
    ),
    pages=(Pages("ledger", "text_page:lines"), Pages("ledger_status", report="ledger_pages.status_page:PAGE")),
)  # fmt: skip
RECONCILE = Verb(
    "reconcile",
    "what of reported figures can be believed: estimate, error and verdict for each",
    (
        *ACCOUNTS,
        Option("reports", "reported figures, CSV: unit, figure, product, value, measure; sd, period, target, input",
               metavar="FILE", needed=True),
        Option("mirrors", "the same from outside of the reporting chain: power taken, freight, tax, partners' customs",
               metavar="FILE"),
        Option("ratios", "inputs per unit of output, CSV: product, input, ratio, measure, per; error, source",
               metavar="FILE"),
        Option("plan", "folder of a plan, which says what was promised in the period", metavar="FOLDER"),
        Option("period", "the period that is judged, where the files have several"),
        Option("level", "chance that a whole set of honest reports is suspected", NUMBER, 0.05, low=0.0, high=1.0),
        Option("needed", "smallest lie, as a share of a figure, that must be noticed before it is called reliable",
               NUMBER, 0.3, low=0.0, high=1e3),
        Option("letters", "write a letter to every unit that is asked into this folder", metavar="FOLDER", use=FACE,
               writes="groundplan.results.reconciled_pages.asking_letters:asking_letters_to"),
        *FACES,
    ),
    pages=(Pages("reconcile", report="reconciled_pages.reconcile_page:PAGE"),),
    about="accounts",
)  # fmt: skip
REPLAN = Verb(
    "replan",
    "the rest of a plan from the state that was reached: what is kept, moved and dropped, and why",
    (
        Option("plan", "the folder of a plan or of a re-plan; or a study or a country, which is planned first",
               metavar="FOLDER|STUDY", position=True),
        Option("after", "the last year that has passed", WHOLE),
        Option("happened", "what came and what is known now: [[reached]] and [[news]] (TOML)", metavar="FILE"),
        Option("study", "the study that holds from here on, where it is another", metavar="FILE"),
        Option("ledger", "the ledger whose sheets promise and report: a file, or postgresql://..."),
        Option("on", "the day whose reports count, 2026-04-30 (default: today)"),
        Option("reconciled", "the folder of a reconciliation of the reports", metavar="FOLDER"),
        Option("promise_cost", "what promising otherwise costs, as a share of the worth of what is moved", NUMBER, 0.1,
               low=0.0, high=1e6),
        Option("order", "the order in which causes are added: shock, delivery, 'false report', price, 'new wish'",
               default=(), metavar="CAUSE", many=SEVERAL),
        Option("years", "length of the plan where it is planned first", WHOLE),
        Option("draws", "what steering is worth: drawn histories, each planned anew every year and never", WHOLE,
               low=2, high=100_000),
        Option("seed", "random seed of the histories", WHOLE),
        *RUNNER,
        *FACES,
    ),
    pages=(
        Pages("replan", report="replan_pages.replan_page:PAGE"),
        Pages("steering", report="replan_pages.steering_page:PAGE"),
    ),
    folder="groundplan.results.files:replan_folder",
)  # fmt: skip

OF_PROMISES = (FOLLOW, LEDGER, RECONCILE, REPLAN)
