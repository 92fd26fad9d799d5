"""The register of stable codes, read from the syntax of the code: what is said, how it ends.

Nothing is run and nothing is guessed: a code counts as a letter where it stands in the call that
makes one, and its next step is shown where that is one constant text.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tieout import errors
from tieout.errors import Refusal

CODE: Final = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
# The code of a letter may be one word; elsewhere a word in capitals is no code.
LETTER_CODE: Final = re.compile(r"[A-Z][A-Z0-9_]+")
LETTERS: Final = {
    name: int(kind.exit_code)
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, Refusal) and kind is not Refusal
}
NOTES: Final = frozenset({"Note", "note", "_count"})
# Calls whose texts look like codes and are none: the environment.
OTHER_CALLS: Final = frozenset({"get"})
SQL_TEXT: Final = re.compile(r"'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'")


@dataclass(frozen=True, slots=True)
class Helper:
    """A function that makes a letter: its exit code, and where its next step comes from."""

    exit_code: int
    remedy_at: int | None
    remedy: str | None


@dataclass(slots=True)
class Entry:
    """What is known of one code: exit codes as a letter, next steps, other kinds."""

    exit_codes: set[int] = field(default_factory=set)
    remedies: set[str | None] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)


def read_register(package: Path) -> dict[str, Entry]:
    """Every code of the package, sorted."""
    trees = {path: ast.parse(path.read_text("utf-8")) for path in sorted(package.rglob("*.py"))}
    made = {path: dict(_helpers(tree)) for path, tree in trees.items()}
    methods = _agreeing(made)
    found: defaultdict[str, Entry] = defaultdict(Entry)
    for path, tree in trees.items():
        helpers = {**_imported(tree, made, package), **made[path]}
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name, is_method = _name(call)
            helper = methods.get(name) if is_method else helpers.get(name)
            if name in LETTERS:
                helper = Helper(LETTERS[name], None, _constant(_keyword(call, "remedy"), tree))
            for code in _codes(call, CODE if helper is None else LETTER_CODE):
                if helper is not None:
                    found[code].exit_codes.add(helper.exit_code)
                    found[code].remedies.add(_remedy(call, helper, tree))
                elif name not in OTHER_CALLS:
                    found[code].kinds.add("note" if name in NOTES else "reason")
    for code in {*_elsewhere(trees.values()), *_in_statements(package)} - found.keys():
        found[code].kinds.add("reason")
    return dict(sorted(found.items()))


def _helpers(tree: ast.Module) -> Iterator[tuple[str, Helper]]:
    """Functions whose result is a letter."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef) or node.returns is None:
            continue
        kind = ast.unparse(node.returns)
        made = [one for one in ast.walk(node) if isinstance(one, ast.Call)]
        inner = next((one for one in made if _name(one)[0] in LETTERS), None)
        if kind == "Refusal" and inner is not None:
            kind = _name(inner)[0]
        if kind in LETTERS:
            names = [one.arg for one in node.args.args if one.arg not in ("self", "cls")]
            at = names.index("remedy") if "remedy" in names else None
            remedy = None if inner is None else _constant(_keyword(inner, "remedy"), tree)
            yield node.name, Helper(LETTERS[kind], at, remedy)


def _agreeing(made: dict[Path, dict[str, Helper]]) -> dict[str, Helper]:
    """Helpers by name alone, for calls of methods, which only the readers of files have."""
    found: dict[str, Helper] = {}
    for path, helpers in made.items():
        if path.parent.name == "intake":
            found |= helpers
    return found


def _imported(
    tree: ast.Module, made: dict[Path, dict[str, Helper]], package: Path
) -> dict[str, Helper]:
    found: dict[str, Helper] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tieout."):
            origin = package.parent / f"{(node.module or '').replace('.', '/')}.py"
            for one in node.names:
                if one.name in made.get(origin, {}):
                    found[one.asname or one.name] = made[origin][one.name]
    return found


def _name(call: ast.Call) -> tuple[str, bool]:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr, True
    return (call.func.id, False) if isinstance(call.func, ast.Name) else ("", False)


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((one.value for one in call.keywords if one.arg == name), None)


def _codes(call: ast.Call, form: re.Pattern[str]) -> list[str]:
    texts = [*call.args, *(one.value for one in call.keywords if one.arg in ("code", None))]
    return list(_matching(texts, form))


def _elsewhere(trees: Iterable[ast.Module]) -> Iterator[str]:
    """Codes that no call names: keys of tables of sentences, results, alternatives."""
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Dict):
            yield from _matching([key for key in node.keys if key is not None], CODE)
        elif isinstance(node, ast.Return) and node.value is not None:
            yield from _matching([node.value], CODE)
        elif isinstance(node, ast.IfExp):
            yield from _matching([node.body, node.orelse], CODE)


def _in_statements(package: Path) -> Iterator[str]:
    """Reasons that a statement gives to a row."""
    for path in sorted(package.rglob("*.sql")):
        yield from SQL_TEXT.findall(path.read_text("utf-8"))


def _matching(nodes: Iterable[ast.expr], form: re.Pattern[str]) -> Iterator[str]:
    for node in nodes:
        said = node.value if isinstance(node, ast.Constant) else None
        if isinstance(said, str) and form.fullmatch(said):
            yield said


def _remedy(call: ast.Call, helper: Helper, tree: ast.Module) -> str | None:
    said = _keyword(call, "remedy")
    if said is None and helper.remedy_at is not None and helper.remedy_at < len(call.args):
        said = call.args[helper.remedy_at]
    return _constant(said, tree) if said is not None else helper.remedy


def _constant(node: ast.expr | None, tree: ast.Module) -> str | None:
    """A text that is always the same, written there or as a constant of the module."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Name):
        for one in tree.body:
            if isinstance(one, ast.AnnAssign) and ast.unparse(one.target) == node.id:
                return _constant(one.value, tree)
    return None
