"""Mutants: one small change of the code each, made by mutmut's operators; which are drawn, which are kept.

A mutant is known by its file's name, its function and the text of the changed line before and after, so that it stays
the same when files move and lines shift.
"""

from __future__ import annotations

import ast
import difflib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import libcst

# What mutmut calls the operators that are used: those that change what is computed. The others put None in a value's
# place or letters in a text: the first is noticed by any test that comes by, the second says nothing of arithmetic.
OPERATORS = (
    "operator_arg_removal",
    "operator_augmented_assignment",
    "operator_if_exp",
    "operator_keywords",
    "operator_name",
    "operator_number",
    "operator_remove_unary_ops",
    "operator_swap_op",
)
# Arguments that say once more what is so: lengths that are equal, the order of what is equal, the dimensions that the
# coordinates have, the kind of numbers that are filled in; and who is told how far the work has come.
GUARDS = {"strict", "kind", "dims", "dtype", "progress"}
ERRORS = {"BalanceError", "Faults", "GroundplanError", "PlanInfeasible", "SolverError", "StudyError", "TableError"}
ERRORS |= {"UnknownName", "raise_all"}
# A card's default and admissible range are data, which every report prints; no formula hangs on them.
CARDS = {"keyed"}


@dataclass(frozen=True)
class Mutant:
    """One change of one file.

    Attributes:
        path: The file.
        function: The function that it changes, with its class; empty where the change is outside of all functions.
        line: The first changed line.
        before: The changed lines as they stand, without indentation.
        after: The same lines, changed.
        source: The whole file, changed.
    """

    path: Path
    function: str
    line: int
    before: str
    after: str
    source: str

    @property
    def name(self) -> tuple[str, str, str, str]:
        """What it is known by wherever the file stands."""
        return self.path.name, self.function, self.before, self.after


@dataclass(frozen=True, eq=False)
class Site:
    """A part of a file and what it can become."""

    path: Path
    module: libcst.Module
    old: libcst.CSTNode
    new: libcst.CSTNode


def sites(path: Path) -> Iterator[Site]:
    """Every place of a file that an operator can change, but for words, types, cards and what only raises."""
    import libcst
    from mutmut.mutation import mutators

    chosen = [(kind, change) for kind, change in mutators.mutation_operators if change.__name__ in OPERATORS]
    module = libcst.parse_module(path.read_text("utf-8"))
    waiting: list[libcst.CSTNode] = [module]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (libcst.Annotation, libcst.Assert, libcst.Decorator, libcst.Import, libcst.ImportFrom)):
            continue
        if isinstance(node, libcst.Raise) or (isinstance(node, libcst.Arg) and _guards(node)):
            continue
        if _called(node) in ERRORS | CARDS:
            continue
        for kind, change in chosen:
            if isinstance(node, kind):
                yield from (Site(path, module, node, new) for new in change(node) if _says_something(node, new))
        waiting += reversed(node.children)


def _called(node: Any) -> str:
    """What is called by its bare name, such as an error that is made to be raised with others later."""
    return str(getattr(getattr(node, "func", None), "value", ""))


def _guards(argument: libcst.Arg) -> bool:
    return argument.keyword is not None and argument.keyword.value in GUARDS


def _says_something(old: Any, new: Any) -> bool:
    """Whether a change is one of what is computed: no sum of texts, and of arguments one with a name and no text."""
    import libcst

    texts = (libcst.SimpleString, libcst.FormattedString, libcst.ConcatenatedString)
    if isinstance(old, libcst.Call) and isinstance(new, libcst.Call):
        gone = [argument for argument in old.args if not any(argument is left for left in new.args)]
        named = len(new.args) < len(old.args) and gone[0].keyword is not None
        return named and not _guards(gone[0]) and not isinstance(gone[0].value, texts)
    if isinstance(old, libcst.BinaryOperation):
        return not isinstance(old.left, texts) and not isinstance(old.right, texts)
    return True


def mutant(site: Site) -> Mutant | None:
    """The mutant of a site; None where the changed file is no Python or says the same."""
    import libcst

    source = site.module.code
    module = site.module.deep_replace(site.old, site.new)
    changed = module.code if isinstance(module, libcst.Module) else source
    if meaning(changed) in (None, meaning(source)):
        return None
    old, new = source.splitlines(), changed.splitlines()
    first = next(i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b)
    lines = [line for line in difflib.ndiff(old, new) if line[:2] in ("- ", "+ ")]
    before, after = (" ".join(line[2:].strip() for line in lines if line[0] == sign) for sign in "-+")
    return Mutant(site.path, function_at(source, first + 1), first + 1, before, after, changed)


def meaning(source: str) -> str | None:
    """What a file says when it runs: its tree without types and docstrings; None if it is no Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.FunctionDef):
            node.returns = None
        elif isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value = ast.Constant(None)
    return ast.dump(tree)


def functions(source: str) -> dict[str, tuple[int, int]]:
    """The outermost functions of a file and the methods of its classes, each with its first and last line."""
    spans: dict[str, tuple[int, int]] = {}
    waiting: list[tuple[str, ast.stmt]] = [("", statement) for statement in ast.parse(source).body]
    while waiting:
        above, node = waiting.pop(0)
        if isinstance(node, ast.ClassDef):
            waiting[:0] = [(f"{above}{node.name}.", inner) for inner in node.body]
        elif isinstance(node, ast.FunctionDef):
            start = node.decorator_list[0].lineno if node.decorator_list else node.lineno
            spans[above + node.name] = (start, node.end_lineno or start)
    return spans


def bodies(source: str) -> dict[str, tuple[int, int]]:
    """The same functions, each from the first line that runs when it is called to its last."""
    firsts = {
        node.lineno: node.body[0].lineno for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)
    }
    return {
        name: (next(firsts[line] for line in range(first, last + 1) if line in firsts), last)
        for name, (first, last) in functions(source).items()
    }


def function_at(source: str, line: int) -> str:
    """The function that a line stands in; empty where it stands in none."""
    return next((name for name, (first, last) in functions(source).items() if first <= line <= last), "")


def shuffled(paths: Sequence[Path], seed: int) -> list[Site]:
    """Every site of these files in an order that depends on the seed and on the files' names and contents alone."""
    every = [site for path in sorted(paths, key=lambda p: p.name) for site in sites(path)]
    random.Random(seed).shuffle(every)
    return every


def kept(text: str) -> dict[tuple[str, str, str, str], str]:
    """The mutants that a list keeps, with the reason of each.

    An entry is a line ``FILE FUNCTION``, the lines ``- BEFORE`` and ``+ AFTER`` as they are printed for a survivor, and
    the reason on lines that begin with ``= ``. What begins with ``#`` is skipped.
    """
    entries: dict[tuple[str, str, str, str], str] = {}
    where, before, name = ("", ""), "", None
    for number, line in enumerate(text.splitlines(), 1):
        sign, words = line[:2], line[2:].strip()
        if not line.strip() or sign[0] == "#":
            continue
        if sign == "- ":
            before = words
        elif sign == "+ ":
            name = (*where, before, words)
            entries[name] = ""
        elif sign == "= " and name is not None:
            entries[name] = f"{entries[name]} {words}".strip()
        elif sign[0] not in "-+=":
            file, _, function = line.strip().partition(" ")
            where, before, name = (file, function), "", None
        else:
            raise ValueError(f"line {number} of the kept mutants is in no place: {line!r}")
    if nameless := [name for name, reason in entries.items() if not reason]:
        raise ValueError(f"kept without a reason: {nameless[0]}")
    return entries
