"""Verbs about what is kept: outcomes, projects, pages of the manual, the workbench."""

from __future__ import annotations

from dataclasses import replace

from groundplan.verb_options import (
    ALWAYS,
    DATABASE,
    FACES,
    JSON,
    KEYWORD,
    NUMBER,
    PAPER,
    SEVERAL,
    SWITCH,
    WHOLE,
    Option,
    Pages,
    Verb,
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
OUTCOMES = Verb(
    "outcomes",
    "what is saved: kind, question, date and fingerprint of every outcome, newest first",
    (Option("folder", "the folder that they stand in", default="outcomes", position=True), JSON),
    pages=(Pages("outcomes", report="saved_pages.outcomes_page:PAGE"),),
)
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

OF_RECORDS = (DIFF, DOCS, OUTCOMES, REPORT, PROJECT, SERVE)
