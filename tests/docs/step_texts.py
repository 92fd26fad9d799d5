"""The commands that letters and next steps name, taken out of the code as they would be typed."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Collection, Iterator

Path = tuple[str, ...]
# Stands for what is filled in when the text is made.
FILLED = "\x01"
_CALL = re.compile(r"(?<![\w-])tieout (?=[a-z])")
# Options that take one word of a list, which the code fills in.
_CHOICES = {"--accept": "jump", "--as": "prepared"}
# What a person fills in, where a word alone would not do; any other is a word.
_PLACEHOLDERS = {
    "INSTANT": "2026-08-10T09:00:00Z",
    "PERIOD": "2026-08",
    "FORMAT": "price-list",
    "KIND": "test",
}
_FILLABLE = re.compile(
    rf"[A-Z][A-Z_]+(?:\.[a-z]+)?|{FILLED}|[\w.-]*\d[\w.:-]*|[\w.-]+\.(?:zip|csv)|yes|no"
)
_ENDS = (".", ",", ";", ":", ")")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def texts(code: str) -> Iterator[tuple[int, str]]:
    """The texts of a module with their lines, what is filled in marked; no docstrings."""
    tree = ast.parse(code)
    inner: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | Function):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr):
                inner.add(id(first.value))
        elif isinstance(node, ast.JoinedStr):
            inner |= {id(part) for part in node.values}
    for node in ast.walk(tree):
        if id(node) in inner:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
        elif isinstance(node, ast.JoinedStr):
            parts = (
                str(part.value) if isinstance(part, ast.Constant) else FILLED
                for part in node.values
            )
            yield node.lineno, "".join(parts)


def commands(text: str, leaves: Collection[Path]) -> Iterator[list[str]]:
    """Each command of a text as words: its name, and its arguments up to where prose goes on."""
    for call in _CALL.finditer(text):
        line = text[call.end() :].replace("\\\n", " ").partition("\n")[0]
        yield list(_words(line, leaves))


def _words(line: str, leaves: Collection[Path]) -> Iterator[str]:
    path: Path = ()
    before = ""
    for written in _split(line):
        word = written.rstrip("".join(_ENDS)) if written.endswith(_ENDS) else written
        named = word.removesuffix(FILLED) or word
        if _continues((*path, named), leaves):
            path = (*path, named)
            yield named
        elif word.startswith("--") or before.startswith("--") or _FILLABLE.fullmatch(word):
            yield _filled(word, before)
            before = word
        else:
            return
        if written != word:
            return


def _filled(word: str, after: str) -> str:
    """A word with a value in place of what is filled in."""
    return _PLACEHOLDERS.get(word, word.replace(FILLED, _CHOICES.get(after, "3")))


def _continues(path: Path, leaves: Collection[Path]) -> bool:
    return any(leaf[: len(path)] == path for leaf in leaves)


def _split(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:  # prose with an apostrophe
        return line.split()
