"""Verbs that open, make, show and look through accounts."""

from __future__ import annotations

from groundplan.verb_options import (
    ACCOUNTS,
    ALWAYS,
    AMOUNTS,
    EACH,
    FACE,
    FACES,
    FILES,
    JSON,
    NUMBER,
    RUNNER,
    SEVERAL,
    SWITCH,
    WHOLE,
    Option,
    Pages,
    Verb,
    ranges,
)

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

OF_ACCOUNTS = (DATA, ESTIMATE, NAMES, OPEN, SEE, TEMPLATE, UPDATE)
