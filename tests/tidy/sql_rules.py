"""What a stage's SQL may not do, found by parsing it: each offence is one line of text.

The rules follow from measurements (architecture, experiments E1 to E4): division and averages leave
the decimals, float sums depend on thread order, as-of joins hide a missing price, and the clock or
a random number would give another result tomorrow.
"""

from __future__ import annotations

import re

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

DIALECTS = ("duckdb", "spark")

_FORBIDDEN: tuple[tuple[type[exp.Expression], str], ...] = (
    (exp.Div, "divides with /"),
    (exp.IntDiv, "divides with //"),
    (exp.Avg, "averages"),
    (exp.CurrentTimestamp, "asks the clock"),
    (exp.CurrentDate, "asks the clock"),
    (exp.CurrentTime, "asks the clock"),
    (exp.CurrentDatetime, "asks the clock"),
    (exp.Localtimestamp, "asks the clock"),
    (exp.Localtime, "asks the clock"),
    (exp.Rand, "draws a random number"),
    (exp.Randn, "draws a random number"),
    (exp.Uuid, "draws a random number"),
)
# Functions that a dialect does not know by type stand in the tree under their own name.
_FORBIDDEN_NAMES = {
    "div": "divides",
    "divide": "divides",
    "fdiv": "divides",
    "try_divide": "divides",
    "mean": "averages",
    "favg": "averages",
    "fsum": "sums in floats",
    "now": "asks the clock",
    "today": "asks the clock",
    "get_current_time": "asks the clock",
    "get_current_timestamp": "asks the clock",
    "transaction_timestamp": "asks the clock",
    "unix_timestamp": "asks the clock",
    "random": "draws a random number",
    "setseed": "draws a random number",
}
# What both engines compute alike, held side by side in tests/parity; a new one joins them there.
_COMPARED: tuple[type[exp.Expression], ...] = (
    exp.And, exp.Case, exp.Cast, exp.Coalesce, exp.Concat, exp.ConcatWs, exp.Count, exp.If,
    exp.Lead, exp.Length, exp.Max, exp.MD5, exp.Min, exp.Or, exp.Replace, exp.RowNumber,
    exp.Substring, exp.Sum, exp.Translate, exp.TryCast,
)  # fmt: skip
_FLOATS = {exp.DataType.Type.FLOAT, exp.DataType.Type.DOUBLE}


def offences(text: str, table: str) -> list[str]:
    """What is wrong with the text of a statement that makes the table of that name."""
    found: list[str] = []
    if not text.startswith(f"-- {table}: "):
        found.append(f"does not open with '-- {table}: ' and what it answers")
    spoken = re.sub(r"--[^\n]*", "", text)
    if re.search(r"\bVARCHAR\b", spoken, re.IGNORECASE):
        found.append("writes VARCHAR, which Spark wants with a length: STRING means text on both")
    if re.search(r"\b(ILIKE|SIMILAR|QUALIFY|EXCLUDE|PIVOT|LIMIT)\b", spoken, re.IGNORECASE):
        found.append("uses a clause that the engines do not share, or that takes any rows")
    for dialect in DIALECTS:
        try:
            statements = sqlglot.parse(text, dialect=dialect)
        except (ParseError, TokenError) as error:
            found.append(f"does not parse as {dialect}: {str(error).splitlines()[0]}")
            continue
        if len(statements) != 1:
            found.append(f"holds {len(statements)} statements")
        for statement in statements:
            found.extend(_offences_in(statement))
    return list(dict.fromkeys(found))


def columns_made(text: str) -> tuple[str, ...]:
    """The names of the columns that the statement gives, in order."""
    statement = sqlglot.parse_one(text, dialect="duckdb")
    assert isinstance(statement, exp.Query)
    return tuple(statement.named_selects)


def _offences_in(statement: exp.Expr | None) -> list[str]:
    if not isinstance(statement, exp.Query):
        return ["is not a plain SELECT"]
    found: list[str] = []
    for node in statement.walk():
        found.extend(sentence for kind, sentence in _FORBIDDEN if isinstance(node, kind))
        if isinstance(node, exp.Anonymous) and node.name.lower() in _FORBIDDEN_NAMES:
            found.append(_FORBIDDEN_NAMES[node.name.lower()])
        if isinstance(node, exp.DataType) and node.this in _FLOATS:
            found.append("names a float type")
        if isinstance(node, exp.Func) and not isinstance(node, _COMPARED):
            name = node.name if isinstance(node, exp.Anonymous) else node.sql_name()
            found.append(f"calls {name.lower()}, which was not compared on both engines")
        if isinstance(node, exp.Literal) and node.is_string and {"'", "\\"} & set(node.this):
            found.append("writes a quote or a backslash in a text, which engines read apart")
        if isinstance(node, exp.Order) and isinstance(node.parent, exp.Query):
            found.append("orders its rows: a table has none")
        if isinstance(node, exp.Literal) and not node.is_string and "e" in node.name.lower():
            found.append(f"writes a number with an exponent: {node.name}")
        if isinstance(node, exp.Join) and str(node.args.get("method") or "").upper() == "ASOF":
            found.append("joins ASOF")
        if isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count):
            found.append("selects *")
    return found
