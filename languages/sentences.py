"""The sentences of the program as messages with named blanks, read from its source.

A sentence is an f-string or a plain string. Its blanks are named after what fills them; those that hold numbers are
marked (``{share:n}``). Where a part of it is chosen (``"s" if n != 1 else ""``), or stands in a name of the same
function that is given once, the sentence is one message for every choice, never glued from pieces.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

MOST = 12  # messages that one sentence of the source may become
NUMBER, TEXT = "n", ""
# Calls whose words are looked up or read by programs, and keywords that are.
LOOKED_UP = {
    "get", "pop", "startswith", "endswith", "split", "rsplit", "partition", "rpartition", "encode", "decode", "getattr",
    "removeprefix", "removesuffix", "compile", "sub", "search", "fullmatch", "match", "findall", "finditer", "open",
    "read_text", "write_text", "imported", "import_module", "execute", "table_of", "cast", "TypeVar", "sel", "isel",
    "astype", "groupby", "merge", "set_index", "rename", "sort_values", "setattr", "strftime", "strptime", "index",
}  # fmt: skip
KEYWORDS = {"dtype", "encoding", "orient", "how", "on", "by", "columns", "mode", "kind", "dims", "engine", "method"}
MARKUP = re.compile(
    r"</?[a-z]+[ >/]|=\"|^\s*(SELECT|CREATE|INSERT|PRAGMA|BEGIN|DROP|ALTER|UPDATE|DELETE)\b|https?://|\\[a-z(]"
)
COUNTING = {"len", "int", "round", "number", "significant", "rounded", "sum", "percent", "nunique"}
# Calls that are called after what they are given.
PASSING = {
    "str", "int", "len", "number", "significant", "float", "abs", "join", "in_a_row", "choice", "round", "unit_behind",
    "money_words", "visible", "sorted", "repr",
}  # fmt: skip
WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class Message:
    """A sentence: ``text`` with named blanks, ``many`` where it has a plural, and where it stands in the source."""

    text: str
    many: str = ""
    places: tuple[str, ...] = ()


@dataclass
class _Blank:
    name: str
    kind: str


Piece = str | _Blank


@dataclass
class _Sentences(ast.NodeVisitor):
    """Walks a module and keeps the messages of its strings."""

    path: str
    module_level: bool = True
    found: list[Message] = field(default_factory=list)
    given: list[dict[str, ast.expr]] = field(default_factory=list)

    def visit_Module(self, node: ast.Module) -> None:
        self._inside(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.given.append(_given_once(node))
        self._inside(node)
        self.given.pop()

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._inside(node)

    def _inside(self, node: ast.Module | ast.FunctionDef | ast.ClassDef) -> None:
        body = node.body
        if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
            body = body[1:]
        if isinstance(node, ast.FunctionDef):
            for default in [*node.args.defaults, *(d for d in node.args.kw_defaults if d)]:
                self.visit(default)
        for statement in body:
            self.visit(statement)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value:
            self.visit(node.value)

    def visit_Assert(self, node: ast.Assert) -> None:
        pass

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self.visit(node.value)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._keep(node, [_formatted(node.value)])

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.visit(node.value)
        if not isinstance(node.slice, ast.Constant):
            self.visit(node.slice)

    def visit_Compare(self, node: ast.Compare) -> None:
        for operand in (node.left, *node.comparators):
            if not isinstance(operand, ast.Constant | ast.Tuple | ast.List | ast.Set):
                self.visit(operand)

    def visit_Call(self, node: ast.Call) -> None:
        self.visit(node.func)
        if _called(node) in LOOKED_UP:
            return
        for argument in [*node.args, *(k.value for k in node.keywords if k.arg not in KEYWORDS)]:
            self.visit(argument)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self._keep(node, self._variants(node, 0))
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self.visit(part.value)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if isinstance(node.op, ast.Add) and any(_is_string(side) for side in (node.left, node.right)):
            self._keep(node, self._variants(node, 0))
        self.generic_visit(node)

    def _keep(self, node: ast.expr, variants: list[list[Piece]]) -> None:
        if not (self.given or self.module_level):
            return
        for text, many in _paired([_text(v) for v in variants]):
            if _sentence(text):
                self.found.append(Message(text, many, (f"{self.path}:{node.lineno}",)))

    def _variants(self, node: ast.expr, deep: int) -> list[list[Piece]]:
        """What a string can be, each a row of literal pieces and blanks."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return [_formatted(node.value)]
        if isinstance(node, ast.IfExp):
            both = self._variants(node.body, deep) + self._variants(node.orelse, deep)
            return both if len(both) <= MOST else [[_Blank(_name(node), TEXT)]]
        if isinstance(node, ast.JoinedStr):
            choices = [self._part(part, deep) for part in _whole(node.values)]
            while _count(choices) > MOST:
                largest = max(range(len(choices)), key=lambda n: len(choices[n]))
                choices[largest] = [[_Blank(_name(node.values[largest]), TEXT)]]
            return [_named_apart([*itertools.chain(*row)]) for row in itertools.product(*choices)]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            for word, test in ((node.left, node.right), (node.right, node.left)):
                if isinstance(word, ast.Constant) and isinstance(word.value, str) and _is_test(test):
                    return [[""], [word.value]]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and _holds_text(node):
            left, right = self._variants(node.left, deep), self._variants(node.right, deep)
            if len(left) * len(right) <= MOST:
                return [[*a, *b] for a in left for b in right]
        if isinstance(node, ast.Name) and deep < 3:
            for given in reversed(self.given):
                if node.id in given:
                    inner = self._variants(given[node.id], deep + 1)
                    if any(any(isinstance(p, str) and p.strip() for p in row) for row in inner):
                        return inner
                    break
        return [[_Blank(_name(node), _kind(node))]]

    def _part(self, part: ast.expr, deep: int) -> list[list[Piece]]:
        if isinstance(part, ast.FormattedValue):
            if part.format_spec is not None or part.conversion == ord("r"):
                spec = _literal(part.format_spec)
                numeric = spec is None or bool(re.search(r"[fdeg%,]$|^[,+]", spec))
                quoted = part.conversion == ord("r")
                return [[_Blank(_name(part.value), NUMBER if numeric and not quoted else TEXT)]]
            return self._variants(part.value, deep)
        return self._variants(part, deep)


def _formatted(text: str) -> list[Piece]:
    """A plain string; one that waits for ``format`` has its blanks marked already."""
    pieces = re.split(r"\{([a-z_]+)(?::[^{}]*)?\}", text)
    return [_Blank(p, TEXT) if n % 2 else p for n, p in enumerate(pieces)]


def _whole(parts: Sequence[ast.expr]) -> list[ast.expr]:
    """Parts of an f-string; a word that is opened by its own first letter as a capital is one part."""
    out: list[ast.expr] = []
    for part in parts:
        before = out[-1] if out else None
        if (
            isinstance(part, ast.FormattedValue)
            and isinstance(before, ast.FormattedValue)
            and isinstance(part.value, ast.Subscript)
            and isinstance(before.value, ast.Call)
            and _called(before.value) in {"upper", "lower"}
            and isinstance(before.value.func, ast.Attribute)
            and isinstance(before.value.func.value, ast.Subscript)
            and ast.dump(before.value.func.value.value) == ast.dump(part.value.value)
        ):
            out[-1] = ast.copy_location(ast.FormattedValue(part.value.value, -1, None), part)
        else:
            out.append(part)
    return out


def _literal(node: ast.expr | None) -> str | None:
    if isinstance(node, ast.JoinedStr) and all(isinstance(v, ast.Constant) for v in node.values):
        return "".join(str(v.value) for v in node.values if isinstance(v, ast.Constant))
    return None


def _count(choices: Sequence[Sequence[object]]) -> int:
    count = 1
    for c in choices:
        count *= len(c)
    return count


def _is_string(node: ast.expr) -> bool:
    if isinstance(node, ast.IfExp):
        return _is_string(node.body) or _is_string(node.orelse)
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _holds_text(node: ast.expr) -> bool:
    """Whether a sum is one of texts, and not of numbers."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _holds_text(node.left) or _holds_text(node.right)
    return _is_string(node)


def _is_test(node: ast.expr) -> bool:
    return isinstance(node, ast.Compare | ast.BoolOp) or (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "bool"
    )


def _given_once(node: ast.FunctionDef) -> dict[str, ast.expr]:
    """Names of a function that are given once, to a string or to a choice of strings."""
    grown: dict[str, ast.expr | None] = {}
    given: dict[str, ast.expr | None] = {a.arg: None for a in [*node.args.args, *node.args.kwonlyargs]}
    for inside in ast.walk(node):
        targets: list[tuple[ast.expr, ast.expr | None]] = []
        if isinstance(inside, ast.Assign):
            for target in inside.targets:
                if isinstance(target, ast.Tuple) and isinstance(inside.value, ast.Tuple):
                    targets += [*zip(target.elts, inside.value.elts, strict=False)]
                elif isinstance(target, ast.Tuple):
                    targets += [(t, None) for t in target.elts]
                else:
                    targets.append((target, inside.value))
        elif isinstance(inside, ast.For | ast.comprehension):
            targets += [(t, None) for t in ast.walk(inside.target) if isinstance(t, ast.Name)]
        elif isinstance(inside, ast.NamedExpr):
            targets.append((inside.target, inside.value))
        for target, value in targets:
            if isinstance(target, ast.Name):
                given[target.id] = value if target.id not in given else None
    for inside in ast.walk(node):
        if isinstance(inside, ast.AugAssign) and isinstance(inside.op, ast.Add) and isinstance(inside.target, ast.Name):
            before = grown.get(inside.target.id, given.get(inside.target.id))
            if before is not None:
                more = ast.IfExp(ast.Constant(True), inside.value, ast.Constant(""))
                grown[inside.target.id] = ast.BinOp(before, ast.Add(), more)
    given |= grown
    strings = (ast.JoinedStr, ast.IfExp, ast.Constant, ast.BinOp)
    return {k: v for k, v in given.items() if isinstance(v, strings)}


def _kind(node: ast.expr) -> str:
    return NUMBER if isinstance(node, ast.Call) and _called(node) in COUNTING else TEXT


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def _name(node: ast.AST) -> str:
    """A word for what fills a blank."""
    match node:
        case ast.FormattedValue():
            return _name(node.value)
        case ast.Name():
            return node.id.strip("_") or "it"
        case ast.Attribute():
            return node.attr.strip("_")
        case ast.Subscript(slice=ast.Constant(value=str(word))) if word.isidentifier():
            return word
        case ast.Subscript():
            return _name(node.value)
        case ast.Call():
            called = _called(node)
            if node.args and called in {
                "str",
                "int",
                "len",
                "number",
                "significant",
                "float",
                "abs",
                "join",
                "in_a_row",
                "choice",
                "round",
                "unit_behind",
                "money_words",
                "visible",
                "sorted",
                "repr",
            }:
                inner = _name(node.args[0])
                return inner if called != "len" else f"count_{inner}"
            return called.strip("_") or "it"
        case ast.BinOp():
            return _name(node.right) if isinstance(node.left, ast.Constant) else _name(node.left)
        case ast.ListComp() | ast.GeneratorExp() | ast.SetComp():
            return _name(node.generators[0].iter)
        case ast.IfExp():
            return _name(node.body) if not isinstance(node.body, ast.Constant) else _name(node.test)
        case ast.Compare():
            return _name(node.left)
        case ast.UnaryOp():
            return _name(node.operand)
        case ast.JoinedStr():
            blanks = [v for v in node.values if isinstance(v, ast.FormattedValue)]
            return _name(blanks[0]) if blanks else "words"
        case ast.Starred():
            return _name(node.value)
    return "it"


def _named_apart(pieces: list[Piece]) -> list[Piece]:
    """Blanks of one sentence under names that tell them apart."""
    taken: set[str] = set()
    out: list[Piece] = []
    for p in pieces:
        if isinstance(p, _Blank):
            name, n = p.name, 1
            while name in taken:
                n += 1
                name = f"{p.name}_{n}"
            taken.add(name)
            p = _Blank(name, p.kind)
        out.append(p)
    return out


def _text(pieces: Sequence[Piece]) -> str:
    return "".join(
        p.replace("{", "{{").replace("}", "}}")
        if isinstance(p, str)
        else f"{{{p.name}{':' + p.kind if p.kind else ''}}}"
        for p in pieces
    )


def _paired(texts: list[str]) -> Iterator[tuple[str, str]]:
    """Variants of a sentence, those that differ by the number of something put together."""
    left = list(dict.fromkeys(texts))
    while left:
        first = left.pop(0)
        for other in left:
            one, many = sorted((first, other), key=len)
            if ":n}" in one and _plural_of(one, many):
                left.remove(other)
                yield one, many
                break
        else:
            yield first, ""


def _plural_of(one: str, many: str) -> bool:
    """Whether a text is another with one or two words in the plural."""
    a, b = one.split(), many.split()
    apart = [(x, y) for x, y in zip(a, b, strict=False) if x != y]
    return (
        len(a) == len(b)
        and 0 < len(apart) <= 2
        and all(
            re.fullmatch(re.escape(x.rstrip(".,;:)")) + r"(s|es)[.,;:)]*", y) or (x, y) in IRREGULAR for x, y in apart
        )
    )


IRREGULAR = {("is", "are"), ("was", "were"), ("has", "have"), ("it", "them"), ("this", "these"), ("its", "their")}


def _sentence(text: str) -> bool:
    """Whether a text is for people: it has words and is no address, key or format."""
    bare = re.sub(r"\{[^{}]*\}", " ", text)
    if not WORD.search(bare) or MARKUP.search(text) or "\n" in text.strip():
        return False
    one = text.strip("…:. ")
    return " " in text.strip() or (one[:1] != "-" and one.replace("-", "").replace("'", "").isalpha())


def sentences(path: Path, called: str, *, module_level: bool = True) -> list[Message]:
    """The messages of a module; without ``module_level`` those of its functions alone."""
    walker = _Sentences(called, module_level)
    walker.visit(ast.parse(path.read_text("utf-8")))
    return walker.found
