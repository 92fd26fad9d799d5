"""What a file of unknown columns shows, and empty tables to fill in: for a proposal only.

Nothing is guessed from the look of a column. What its texts are is said beside its name, so that a
person can write the map without opening the file.
"""

from __future__ import annotations

from typing import Final

from tieout.workspace.look import Look
from tieout.workspace.sampled import decimal_comma, distinct, filled, most_decimals, time_form
from tieout.workspace.toml_text import comment, question, toml_key, toml_text

_MOST_COLUMNS: Final = 40
_MOST_TEXTS: Final = 8
_LONGEST: Final = 32

_USAGE: Final = (
    'time = { column = "?", form = "local", zone = "UTC" }',
    'model = "?"',
    'request_id = "?"',
    'outcome = { column = "?", values = { "?" = "completed", "? ?" = "failed" } }',
    'meters = { input_tokens = "?", output_tokens = "?" }',
    'cost_center = "?"',
)
_LEDGER: Final = (
    'time = { column = "?", form = "date", zone = "UTC" }',
    'model = "?"',
    'request_id = "?"',
    'cost_center = "?"',
    'recorded = { column = "?", currency = "USD" }',
)
_PRICES: Final = (
    'model = "?"',
    'meters = { input_tokens = "?", output_tokens = "?" }',
    'fixed_unit = "1K tokens"',
    'currency = "USD"',
)


def unknown_lines(look: Look, name: str) -> list[str]:
    """The question about a file of no known kind, its columns, and tables to uncomment.

    Args:
        look: what the file looks like.
        name: the name of the feed or price source it may become.
    """
    columns = list(look.columns)
    asked = f"{look.name} is neither usage nor ledger nor prices by its columns. What they hold:"
    lines = [question(asked)]
    lines += [
        f"#   {comment(f'{column}: {held(look, column)}')[2:]}"
        for column in columns[:_MOST_COLUMNS]
    ]
    if len(columns) > _MOST_COLUMNS:
        lines.append(comment(f"and {len(columns) - _MOST_COLUMNS} more columns."))
    lines += [question(remark) for remark in look.remarks]
    lines.append(
        comment("Keep the one table that fits, take its marks away, write a column for each ?.")
    )
    key = toml_key(name)
    form = [f"format = {toml_text(look.format)}"]
    mark = [f"delimiter = {toml_text(look.delimiter)}"] if look.delimiter != "," else []
    tables = [(f"[usage.{key}]", [*form, *mark, *_USAGE])]
    tables.append((f"[ledger.{key}]", [*form, *mark, *_LEDGER]))
    if look.format == "csv":
        tables.append((f"[prices.{key}]", [*mark, *_PRICES]))
    for title, body in tables:
        lines += ["#", *(f"# {line}" for line in (title, *body))]
    if look.format == "json":
        lines += ["#", comment("A price catalog needs no table:  tieout prices import --help")]
    return lines


def held(look: Look, column: str) -> str:
    """What the texts of a column are, in a few words."""
    texts = filled(look, column)
    if not texts:
        return "nothing in the sample"
    different = distinct(texts)
    like = f"like {_shown(different[0])}"
    number = _number(texts)
    form = time_form(texts)
    if form is not None and not form.startswith("epoch"):
        return f"times of the form {form}, {like}"
    if number is not None:
        return f"{number[0]}, {like}{number[1]}"
    if len(different) <= _MOST_TEXTS:
        return f"{len(different)} different texts: {', '.join(map(_shown, different))}"
    return f"{len(different)} different texts in {len(texts)} rows, {like}"


def _number(texts: list[str]) -> tuple[str, str] | None:
    """What kind of number every text is, and what to do about it."""
    decimals = most_decimals(texts)
    if decimals is not None:
        kind = f"numbers with at most {decimals} decimals" if decimals else "whole numbers"
        return kind, ""
    if decimal_comma(texts):
        return "numbers with a decimal comma", '; declare it with decimal = ","'
    return None


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
