"""The verbs with their options and pages, as data: what the command line is built from, and any other face."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from groundplan.errors import UnknownName, raise_all
from groundplan.verb_options import (
    ACCOUNTS,
    AGES,
    ALWAYS,
    AMOUNTS,
    BANDS,
    DATABASE,
    EACH,
    EXAMINE,
    FACE,
    FACES,
    FILES,
    FOLLOW_FOLDER,
    FORM,
    HISTORY,
    JSON,
    KEYWORD,
    NUMBER,
    PAPER,
    PLAN_FOLDER,
    RATES,
    RUNNER,
    SEVERAL,
    STUDY,
    SUBJECT,
    SWITCH,
    WHOLE,
    Option,
    Pages,
    Verb,
    ranges,
)

ALTERNATIVES = Verb(
    "alternatives",
    "how different a plan can be that is nearly as good",
    (
        *STUDY,
        Option("within", "how much of everybody's living standard may go, as a share", NUMBER, 0.01, low=0, high=1),
        Option("of", "indicators, or headings such as imports; by default totals and the largest sectors",
               default=(), metavar="INDICATOR", many=SEVERAL),
        Option("top", "sectors under each heading by default", WHOLE, 5),
        Option("count", "other plans to look for", WHOLE, 3),
        *FACES,
    ),
    pages=(Pages("alternatives", report="compared_pages.alternatives_page:PAGE"),),
    about="study",
)  # fmt: skip
BASELINE = Verb(
    "baseline",
    "what comes without a plan: business as usual, with ranges",
    (
        *ACCOUNTS,
        Option("years", "years after the accounts", WHOLE, 10),
        HISTORY,
        AGES,
        *FACES,
    ),
    pages=(Pages("baseline", report="usual_pages.baseline_page:PAGE"),),
    about="accounts",
)
COMPARE = Verb(
    "compare",
    "doctrines side by side: what each gives up for what",
    (
        *STUDY,
        Option("doctrine", "a shipped doctrine or a TOML file; may be given more than once (default: all shipped)",
               metavar="NAME|FILE", many=EACH),
        Option("list", "list the shipped doctrines", SWITCH, False),
        *FACES,
    ),
    pages=(
        Pages("compare", report="compared_pages.compare_page:PAGE"),
        Pages("doctrines", "text_page:doctrines"),
    ),
    about="study",
)  # fmt: skip
DATA = Verb(
    "data",
    "the accounts at hand, or one account on a page",
    (
        Option("country", "three-letter code or English name, for example KEN, or a filled template", position=True),
        *FILES,
        *FACES,
    ),
    pages=(Pages("data", "text_page:accounts"), Pages("account", report="economy_pages.account_page:PAGE")),
)
DIFF = Verb(
    "diff",
    "what saved outcomes of one kind have apart: what was asked first, then what came out",
    (
        Option("a", "the folder of an outcome", metavar="A", position=True, needed=True),
        Option("b", "another of the same kind", metavar="B", position=True, needed=True),
        Option("c", "a third one", metavar="C", position=True),
        *FACES,
    ),
    pages=(Pages("diff", report="saved_pages.diff_page:PAGE"),),
)
DOCS = Verb(
    "docs",
    "where the pages of the manual lie, or open one in a browser",
    (
        Option("page", "a word of the page's name, for example stress", default="", position=True),
        Option("show", "open it in a browser", SWITCH, False),
        JSON,
    ),
    pages=(Pages("docs", "text_page:lines"),),
)
ESTIMATE = Verb(
    "estimate",
    "accounts of a country that has none: what is known of it, and the structures of others",
    (
        Option("controls", "what is known: facts with unit, error and source (TOML or a workbook)", metavar="FILE",
               position=True, needed=True),
        Option("donors", "whose structures: shipped countries or files of accounts (default: all shipped)", default=(),
               metavar="ACCOUNTS", many=SEVERAL),
        Option("weight", "weights of donors in the place of those by closeness", AMOUNTS, metavar="COUNTRY=WEIGHT",
               many=EACH),
        Option("sectors", "a ready list of 12, 26 or 35 sectors, or classes of ISIC Rev. 4 (default: as many as the "
               "facts allow)", default=(), metavar="CLASS", many=SEVERAL),
        Option("draws", "how often structures and facts are drawn again", WHOLE, 60, low=0, high=1e5),
        Option("seed", "seed of the draws", WHOLE, 0),
        *RUNNER,
        Option("write", "write the accounts for every other command: a workbook (.xlsx), or a folder", metavar="NEW",
               written=ALWAYS),
        *FACES,
    ),
    pages=(Pages("estimate", report="economy_pages.estimate_page:PAGE"),),
)  # fmt: skip
EXAMINE_VERB = Verb("examine", EXAMINE, (*STUDY, *FACES), about="study", folder=PLAN_FOLDER)
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
HINDCAST = Verb(
    "hindcast",
    "how wrong a plan and a baseline of an old year would have been",
    (
        Option("country", "three-letter code or English name, for example BRA", position=True),
        Option("since", "year whose accounts the plan and the baseline are made from", WHOLE, says="from", needed=True),
        Option("to", "year that has come, against which they are held", WHOLE, needed=True),
        Option("table", "a panel that has both years, or files of the first year, then of the second; filled templates "
               "need no layout", metavar="FILE", many=SEVERAL, use=SUBJECT),
        *(o for o in FILES if o.name not in ("table", "year")),
        HISTORY,
        AGES,
        Option("prices", "price of value added in the second year over the first, CSV with columns sector, price",
               metavar="FILE"),
        Option("no_plan", "leave out the plan", SWITCH, False),
        *FACES,
    ),
    pages=(Pages("hindcast", report="usual_pages.hindcast_page:PAGE"),),
)  # fmt: skip
JOIN = Verb(
    "join",
    "a joint plan of two or more countries: the gain, who ships what, and a Shapley split",
    (
        Option("countries", "each a code, a name, a filled template or a study; or countries of --table",
               metavar="COUNTRY", many=SEVERAL, position=True, needed=True),
        Option("years", "length of the plans (default 5, or the studies')", WHOLE),
        Option("start_year", "first year of the plans; accounts are carried to the year before it", WHOLE),
        *FILES,
        Option("rate", "units of its currency per unit of the common one, in the accounts' year; not for accounts in "
               "one money", RATES, metavar="COUNTRY=UNITS", many=EACH),
        Option("currency", "the common currency, such as USD", default=""),
        Option("rate_source", "who published the rates", default=""),
        Option("pace", "yearly rise of shipments, of the receiver's imports (default 0.02)", NUMBER),
        Option("ceiling", "most that may be shipped, as the same share (default 0.2)", NUMBER),
        Option("transport", "share of shipments that transport takes (default 0.1)", NUMBER),
        Option("clearing", "when what both send balances (default plan)", choices=("year", "plan", "free")),
        Option("pooling", "foreign exchange that may be lent, share of imports (default 0)", NUMBER),
        Option("allow_losers", "a country may be worse off than alone", SWITCH, False),
        *FACES,
    ),
    pages=(Pages("join", report="compared_pages.join_page:PAGE"),),
    folder="groundplan.results.files:join_folder",
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
NAMES = Verb(
    "names",
    "what things are called: codes, names and classes of an economy, and the indicators of its plans",
    (
        *ACCOUNTS,
        Option("propose", "write the list of classes, with proposals to edit, for --classes", metavar="FILE", use=FACE,
               writes="groundplan.results.economy_pages.names_page:classes_to"),
        *FACES,
    ),
    pages=(Pages("names", report="economy_pages.names_page:PAGE"),),
    about="accounts",
)  # fmt: skip
NEW = Verb(
    "new",
    "write a study by six questions: `groundplan new study`",
    (
        Option("what", "what is to be new: study", default="study", choices=("study",), metavar="study", position=True),
        Option("file", "the study to write (default study.toml)", metavar="NEW", position=True, written=ALWAYS),
        Option("answers", "the answers, a line each, empty for the default; - for standard input", metavar="FILE|-"),
        Option("country", "a country's code or name, a file of accounts, or a country of --table"),
        Option("years", "length of the plan", WHOLE),
        Option("reach", "imports, exports, investment, jobs, or targets in words, with ; between them; or none"),
        Option("keep", "least living standard, and indicators that are not to fall, with ; between them"),
        Option("projects", "'NAME: MONEY over N years gives AMOUNT of SECTOR', with ; between them; or none"),
        Option("weigh", "now, evenly, later, or a discount rate"),
        *FILES,
        JSON,
    ),
    pages=(Pages("new", "text_page:lines"),),
)
OPEN = Verb(
    "open",
    "what a file of yours is, what it does not say, and the way to a plan from it",
    (
        Option("files", "files of one table: a matrix, supply and use, a workbook ...", metavar="FILE", many=SEVERAL,
               position=True, needed=True),
        Option("layout", "its layout, a word or a TOML file; all are tried where none is named", default=""),
        Option("roles", "the roles file of a social accounting matrix", metavar="FILE"),
        Option("country", "three letters of the country", default="XXX"),
        Option("year", "year of the accounts", WHOLE),
        Option("money", "money unit of the figures, for example CNY2020m"),
        Option("mapping", "a mapping file (TOML)", metavar="FILE"),
        Option("sheet", "the sheet that has the table"),
        Option("header_row", "the row of names, counted from 1", WHOLE),
        Option("decimal", "the decimal mark", choices=(".", ",")),
        Option("thousands", "the mark between thousands"),
        Option("tolerance", "gap accepted between costs and output, as a share", NUMBER, 1e-3, low=0.0, high=1.0),
        Option("name", "write mapping, roles and, where it balances, the economy under this name"),
        *FACES,
    ),
    pages=(Pages("open", "text_page:lines"),),
)  # fmt: skip
OUTCOMES = Verb(
    "outcomes",
    "what is saved: kind, question, date and fingerprint of every outcome, newest first",
    (Option("folder", "the folder that they stand in", default="outcomes", position=True), JSON),
    pages=(Pages("outcomes", report="saved_pages.outcomes_page:PAGE"),),
)
PLACE = Verb(
    "place",
    "which places first, with which works, by rules read aloud",
    (
        Option("country", "KEN or PRK (default KEN); left out where --places names a file", position=True),
        Option("per_year", "places chosen in a year (default KEN 5, PRK 20)", WHOLE),
        Option("years", "length of the programme (default 9)", WHOLE),
        Option("rules", "rules (TOML)", metavar="FILE"),
        Option("facilities", "facility types (TOML); works of the local industry by default", metavar="FILE"),
        Option("weights", "weights of need and readiness (TOML)", metavar="FILE"),
        Option("places", "places: CSV, workbook or GeoJSON", metavar="FILE"),
        Option("roles", "what the columns of that file are (TOML)", metavar="FILE"),
        Option("level", "what people have, a head, in which the gap is measured", metavar="COLUMN"),
        Option("budget", "for example money=9000", AMOUNTS, metavar="NAME=AMOUNT", many=EACH),
        Option("draw", "record.json of a public draw, beside its announcement.json", metavar="FILE"),
        Option("detour", "way by road over straight line", NUMBER, 1.3, low=1.0, high=100.0),
        Option("seed", "seed of the search", WHOLE, 0),
        Option("gap", "proven gap at which to stop", NUMBER, 0.005, low=0.0, high=1.0),
        Option("time_limit", "seconds to search at most", NUMBER, 600.0, low=0.0, high=1e7),
        Option("quick", "leave out what rules cost and how weights move the order", SWITCH, False),
        Option("in_plan", "put the programme into the national plan till both agree", SWITCH, False),
        ranges(8),
        Option("accounts", "whose plan that is: a code, a name, a filled template, a study, or a country of --table "
               "(default: the country's)", metavar="ACCOUNTS"),
        *FILES,
        Option("language", "names and words on maps: en or ko", default="en"),
        Option("letters", "write a letter to every place into this folder", metavar="FOLDER", use=FACE,
               writes="groundplan.results.place_pages.letters:letters_to"),
        Option("geojson", "write all places with what was chosen", metavar="FILE", use=FACE,
               writes="groundplan.results.place_pages.geojson:geojson_to"),
        *FACES,
    ),
    pages=(Pages("place", report="place_pages.place_page:PAGE"),),
)  # fmt: skip
PLAN = Verb(
    "plan",
    "a plan of ten years, with what holds it back and at what price",
    (
        *STUDY,
        Option("examine", EXAMINE, SWITCH, False),
        Option("bands", BANDS, SWITCH, False),
        ranges(20),
        *RUNNER,
        Option(
            "programme",
            "write the programme for another solver: a name that ends in .mps or .lp",
            metavar="NEW",
            written=ALWAYS,
        ),
        FORM,
        *FACES,
    ),
    pages=(
        Pages("plan", report="plan_pages.plan_page:PAGE"),
        Pages("clash", report="saved_pages.clash_page:PAGE"),
    ),
    about="study",
    folder=PLAN_FOLDER,
)
RECIPES = Verb(
    "recipes",
    "how things are made: the book of recipes, or one recipe in the accounts of a country",
    (
        Option("name", "a recipe of the book; without it they are listed", position=True),
        Option("country", "fit the recipe to the accounts of a country, for example KEN"),
        *FILES,
        Option("sector", "the sector whose product it gives, where several fit", default=""),
        Option("price", "money of the accounts per unit of the recipe", NUMBER, low=1e-15, high=1e15),
        *FACES,
    ),
    pages=(Pages("recipes", "text_page:lines"), Pages("recipe", "text_page:lines")),
)
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
REPORT = Verb(
    "report",
    "write the report of a saved outcome again",
    (
        Option("folder", "a folder that another command wrote with --out", position=True, needed=True),
        Option(
            "charts",
            "write every chart there too, as .svg, .png, .csv (its table) and .json (for ECharts)",
            metavar="FOLDER",
            written=ALWAYS,
        ),
        Option("workbook", "write it into a workbook, too (.xlsx)", metavar="NEW", written=ALWAYS),
        Option(
            "form",
            "write its study into a workbook to edit (.xlsx), which --study reads again",
            metavar="NEW",
            written=ALWAYS,
        ),
        # Of its function, as the outcome that goes on paper is the one in the folder, not what this verb answers.
        *(
            replace(o, use=KEYWORD, writes="", metavar=o.metavar and "NEW", written=ALWAYS if o.writes else ())
            for o in PAPER
        ),
        JSON,
    ),
    pages=(Pages("report", "charts.chart_files:written_lines"),),
)
ROBUST = Verb(
    "robust",
    "how often the plan keeps its wishes, and a plan that keeps them in a stated share of cases",
    (
        *STUDY,
        Option("draws", "draws that the robust plan is fitted to (default 50, or the study's)", WHOLE),
        Option("fresh", "draws that it is verified on (default 100, or the study's)", WHOLE),
        Option("share", "share of draws in which each wish must hold (default 0.9)", NUMBER),
        Option("wishes", "what must hold: targets, floors, path", many=SEVERAL),
        Option("seed", "random seed of the draws", WHOLE),
        *RUNNER,
        *FACES,
    ),
    pages=(Pages("robust", report="compared_pages.uncertainty_page:PAGE"),),
    about="study",
)
SEE = Verb(
    "see",
    "where an economy depends on others, and what carries it",
    (
        *ACCOUNTS,
        Option("use", "the final use that is followed", default="household"),
        Option("product", "a product to look at more closely, by code or name"),
        Option("partner", "a partner to look at more closely; needs accounts that part imports by partner"),
        Option("draws", "how often the table is drawn again", WHOLE, 200),
        Option("seed", "seed of the draws", WHOLE, 0),
        Option("stock_days", "days of use in stock, assumed", NUMBER, 30.0, low=0.0, high=36500.0),
        Option("top", "entries of a ranking", WHOLE, 10),
        ranges(20),
        *RUNNER,
        *FACES,
    ),
    pages=(Pages("see", report="economy_pages.see_page:PAGE"),),
    about="accounts",
)
SENSITIVITY = Verb(
    "sensitivity",
    "which assumptions the plan hangs on, one at a time",
    (
        *STUDY,
        Option("on", 'what is watched: an indicator in the last year, "indicator @ year", or objective', default=(),
               metavar="INDICATOR", many=SEVERAL),
        Option("of", "figures to try; by default all with a range", default=(), metavar="FIGURE", many=SEVERAL),
        Option("spread", "range where none is stated, as a share", NUMBER, 0.25, low=0.0, high=1.0),
        *RUNNER,
        *FACES,
    ),
    pages=(Pages("sensitivity", report="compared_pages.sensitivity_page:PAGE"),),
    about="study",
)  # fmt: skip
PROJECT = Verb(
    "project",
    "a project: kept in one file while it is served, brought back, checked; what happened in it; codes for people",
    (
        Option("action", "backup, restore, check, log or code", metavar="ACTION", position=True, needed=True,
               choices=("backup", "restore", "check", "log", "code")),
        Option("path", "backup, check, log, code: the project's folder; restore, check: the file of a backup",
               position=True, needed=True),
        Option("folder", "restore: the new folder", position=True),
        Option("to", "backup: the file to write, or the folder to put it in (default: this folder)", default=""),
        Option("name", "code: who chooses a new password with it (default: the first administrator)", default=""),
        Option("kept", "log: hashes of entries that were written down", default=(), metavar="HASH", many=SEVERAL),
        DATABASE,
        JSON,
    ),
    pages=(Pages("project", "text_page:lines"),),
    typed_only=True,
)  # fmt: skip
SERVE = Verb(
    "serve",
    "the workbench: all of this in a browser, on this machine alone or for people who sign in, till it is stopped",
    (
        Option("folder", "the folder of the project; it is made where it is not there", default="workbench",
               position=True),
        Option("port", "the port that it answers at; 0: the first free one", WHOLE, 0, low=0, high=65535),
        Option("no_browser", "open no browser", SWITCH, False),
        Option("people", "people sign in, each with a role; without it whoever sits at this machine may everything",
               SWITCH, False),
        Option("host", "with --people: the network address to listen at, for HTTPS without a proxy",
               default="127.0.0.1"),
        Option("address", "with --people: what people type, as https://plan.example.org before a proxy", default=""),
        Option("certificate", "with --host: the certificate (PEM)", default=""),
        Option("private_key", "with --host: its private key (PEM)", default=""),
        Option("oidc", "with --people: a provider of OpenID Connect where they may sign in too (TOML)", default=""),
        DATABASE,
        Option("runs", "how many runs are computed at a time", WHOLE, 1, low=1, high=64),
        Option("longest", "the hours that a run may take before it is stopped", NUMBER, 12.0, metavar="HOURS",
               low=0.01, high=8760.0),
    ),
    pages=(Pages("serve", "text_page:lines"),),
    typed_only=True,
)  # fmt: skip
STRESS = Verb(
    "stress",
    "what happens when it is cut off, who runs dry, and what coordination is worth",
    (
        *ACCOUNTS,
        Option("scenario", "a ready scenario by name, or a TOML file", default="fuel cut"),
        Option("list", "list the ready scenarios", SWITCH, False),
        Option("preview", "tell what the scenario removes, and run nothing", SWITCH, False),
        Option("setting", "how well people make do: rigid, middle or flexible (default: all three)",
               metavar="SETTING"),
        Option("no_plan", "leave out the planned response", SWITCH, False),
        Option("threshold", "search what keeps the loss under this share of a year's final use", NUMBER),
        Option("ensemble", "members drawn around the scenario, or a distribution (TOML)", metavar="N|FILE"),
        Option("seed", "seed of the ensemble", WHOLE, 0),
        ranges(8),
        *RUNNER,
        Option("cuts", "also the loss for a cut of every import by itself", SWITCH, False),
        *FACES,
    ),
    pages=(
        Pages("stress", report="crisis_pages.stress_page:PAGE"),
        Pages("scenarios", "text_page:scenarios"),
        Pages("preview", report="crisis_pages.preview_page:PAGE"),
    ),
    about="accounts",
)  # fmt: skip
TEMPLATE = Verb(
    "template",
    "write an empty or worked template for a table of your own",
    (
        Option(
            "path", "workbook (default own_table.xlsx) or, with --csv, folder to write", position=True, written=ALWAYS
        ),
        Option("sectors", "their number, or a file with columns code and name", default=20),
        Option(
            "like",
            "filled with accounts, to edit or as an example: of a shipped country, a template, a study, or a "
            "country of --table",
            metavar="ACCOUNTS",
        ),
        *FILES,
        Option("csv", "a folder of CSV files instead of a workbook", SWITCH, False),
        Option("imports_total", "imports by product only, not by use", SWITCH, False),
        Option("places", "a workbook of places to edit instead: of KEN or PRK, or of a file", metavar="PLACES"),
        Option("roles", "what the columns of that file are (TOML)", metavar="FILE"),
        Option(
            "controls",
            "a form for what is known of a later year instead (.xlsx or .toml), for these accounts; "
            "without --to a file of facts to write in the other form",
            metavar="ACCOUNTS",
        ),
        Option("to", "the year that those facts are to be of", WHOLE),
        JSON,
    ),
    pages=(Pages("template", "text_page:written"),),
)
UPDATE = Verb(
    "update",
    "older accounts brought to what is known of a later year: an estimate, with its misses and its errors",
    (
        *ACCOUNTS,
        Option("controls", "what is known of the year: facts with unit, error and source (TOML or a workbook)",
               metavar="FILE", needed=True),
        Option("to", "the year that the facts must be of", WHOLE),
        Option("draws", "how often cells and facts are drawn again, for ranges of all that is asked of the accounts",
               WHOLE, 0, low=0, high=1e5),
        Option("seed", "seed of the draws", WHOLE, 0),
        *RUNNER,
        Option("write", "write the accounts for every other command: a workbook (.xlsx), or a folder", metavar="NEW",
               written=ALWAYS),
        *FACES,
    ),
    pages=(Pages("update", report="economy_pages.update_page:PAGE"),),
    about="accounts",
)  # fmt: skip
WHYNOT = Verb(
    "whynot",
    "what a target would take, and what else would fall for it",
    (
        *STUDY,
        Option("target", "for example 'gross output: cons >= 2500 in 2024'", position=True, needed=True),
        *FACES,
    ),
    pages=(Pages("whynot", report="compared_pages.why_not_page:PAGE"),),
    about="study",
)

VERBS: dict[str, Verb] = {
    v.word: v
    for v in (
        ALTERNATIVES, BASELINE, COMPARE, DATA, DIFF, DOCS, ESTIMATE, EXAMINE_VERB, FOLLOW, HINDCAST, JOIN, LEDGER,
        NAMES, NEW, OPEN, OUTCOMES, PLACE, PLAN, PROJECT, RECIPES, RECONCILE, REPLAN, REPORT, ROBUST, SEE, SENSITIVITY,
        SERVE, STRESS, TEMPLATE, UPDATE, WHYNOT,
    )
}  # fmt: skip

# Of every engine's outcomes: more engines than verbs, as a list is told otherwise than what it lists.
PAGES: dict[str, Pages] = {pages.engine: pages for verb in VERBS.values() for pages in verb.pages}


def refuse_unknown(word: str, keywords: Iterable[str]) -> None:
    """Refuse keywords that are no option of a verb, with the nearest that is."""
    options = [o.name for o in VERBS[word].options if o.use != FACE]
    raise_all([UnknownName(f"choice of {word}", name, options) for name in keywords if name not in options])
