"""Where the package writes tables as CSV, found by parsing it: module and function of each."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

_WRITERS = frozenset({"writer", "DictWriter", "CSVWriter", "write_csv", "to_csv"})
_COPY = re.compile(r"\bcopy\b.*\bto\b", re.IGNORECASE | re.DOTALL)
_FILE = re.compile(r"[\w.-]+\.(?:csv|tsv)")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def writers(text: str) -> set[str]:
    """The functions that make CSV: by a writer, by SQL, or by joining with a comma alone."""
    return {where for node, where in _placed(ast.parse(text)) if _writes(node)}


def file_names(text: str) -> set[str]:
    """The names of CSV files that stand in the code as they are."""
    return {
        node.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if _FILE.fullmatch(node.value)
    }


def _writes(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "csv" and any(one.name in _WRITERS for one in node.names)
    if isinstance(node, ast.Attribute):
        return node.attr in _WRITERS or (
            node.attr == "join"
            and isinstance(node.value, ast.Constant)
            and node.value.value in {",", ";", "\t"}
        )
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_copy(node.value)


def _is_copy(text: str) -> bool:
    return text.lstrip().upper().startswith("COPY (") or bool(
        _COPY.search(text) and "FORMAT" in text.upper()
    )


def _placed(tree: ast.AST, where: str = "module") -> Iterator[tuple[ast.AST, str]]:
    for node in ast.iter_child_nodes(tree):
        inner = node.name if isinstance(node, Function) else where
        yield node, inner
        yield from _placed(node, inner)
