"""What the package's Python may not do, found by parsing it: each offence is one line of text."""

from __future__ import annotations

import ast

LONGEST_FUNCTION = 60

_FLOAT_ATTRIBUTES = frozenset({"float16", "float32", "float64", "halffloat"})

Function = ast.FunctionDef | ast.AsyncFunctionDef


def floats(text: str) -> list[str]:
    """Binary floats in code near money: literals, the name ``float``, and Arrow's float types."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            found.append(f"line {node.lineno}: float literal {node.value}")
        elif isinstance(node, ast.Name) and node.id == "float":
            found.append(f"line {node.lineno}: float")
        elif isinstance(node, ast.Attribute) and node.attr in _FLOAT_ATTRIBUTES:
            found.append(f"line {node.lineno}: {node.attr}")
    return found


def long_functions(text: str, longest: int = LONGEST_FUNCTION) -> list[str]:
    """Functions with more lines than a screen holds, their docstrings not counted."""
    return [
        f"line {node.lineno}: {node.name} has {lines} lines"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, Function) and (lines := _own_lines(node)) > longest
    ]


def has_docstring(text: str) -> bool:
    """Whether the module opens by saying what it answers."""
    return bool(ast.get_docstring(ast.parse(text)))


def late_imports(text: str) -> list[str]:
    """Imports inside functions, which hide a dependency from the reader."""
    found: list[str] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, Function):
            found.extend(
                f"line {inner.lineno}: import inside {node.name}"
                for inner in ast.walk(node)
                if isinstance(inner, ast.Import | ast.ImportFrom)
            )
    return found


def _own_lines(node: Function) -> int:
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if ast.get_docstring(node) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines
