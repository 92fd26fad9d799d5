"""SQL that holds the typed tables against the framed records, row by row, in the engine's own way.

Our grammar made numbers of texts; here the engine makes them again from the same texts by its own
casts, over all rows and not only over a sample. The digest of the kept fields is made again too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from tieout.evidence.documents import Import
from tieout.intake.feed import AmountSource, Feed

_QUANTITY: Final = "DECIMAL(15,3)"
_COST: Final = "DECIMAL(38,21)"
_RATE: Final = "DECIMAL(22,18)"


def framed_checks(one: Import) -> Iterator[tuple[str, str]]:
    """Each check of an import by name, with the query of one value that answers it."""
    feed = msgspec.convert(one.feed, Feed)
    table = f"{one.leg}_reading"
    of = f"import_id = '{one.import_id}'"
    records = f"read_parquet('evidence/objects/{one.records_object}')"
    both = f"{table} AS t LEFT JOIN {records} AS f ON f.ordinal = t.ordinal WHERE t.{of}"
    name = f"import {one.import_id}"
    yield f"{name} typed", f"SELECT count(*) FROM {table} WHERE {of}"
    yield f"{name} set aside", f"SELECT count(*) FROM quarantine WHERE {of} AND leg = '{one.leg}'"
    yield (
        f"differs {name} place",
        (
            f"SELECT count(*) FROM {both} AND (f.ordinal IS NULL OR t.line <> f.line"
            " OR t.byte_offset <> f.byte_offset)"
        ),
    )
    yield (
        f"differs {name} kept fields",
        f"SELECT count(*) FROM {both} AND t.payload_digest IS DISTINCT FROM {_payload(feed)}",
    )
    for column, again in _numbers(feed, one.leg):
        yield (
            f"differs {name} {column}",
            f'SELECT count(*) FROM {both} AND t."{column}" IS DISTINCT FROM {again}',
        )


def quoted(name: str) -> str:
    """A name of a column as SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def _numbers(feed: Feed, leg: str) -> Iterator[tuple[str, str]]:
    """Each typed column that a number was read into, and the number read again."""
    for meter, column in feed.meters.items():
        value = f"CAST({_text(feed, column)} AS {_QUANTITY})"
        if meter in feed.absent_is_zero:
            value = f"coalesce({value}, 0)"
        if meter == "cache_write_tokens" and feed.cache_write_is_total:
            value = f"({value} - coalesce(t.cache_write_1h_tokens, 0))"
        yield meter, value
    if leg == "usage" and feed.charged is not None:
        cost = _amount(feed, feed.charged)
        # A charge that a contradicted rule withholds is null in the typed table, and only there.
        signed = f"CASE t.entry_kind WHEN 'refund' THEN -abs({cost}) ELSE {cost} END"
        yield "charged_cost", f"CASE WHEN t.charged_cost IS NOT NULL THEN {signed} END"
    if leg == "ledger" and feed.recorded is not None:
        yield "recorded_cost", _amount(feed, feed.recorded)


def _amount(feed: Feed, source: AmountSource) -> str:
    text = _text(feed, source.column)
    value = f"CAST({text} AS {_COST})"
    if source.unit_value is not None:
        worth = f"CAST({literal(source.unit_value)} AS {_RATE})"
        value = f"CAST(CAST({text} AS {_QUANTITY}) * {worth} AS {_COST})"
    return f"-({value})" if source.negate else value


def _text(feed: Feed, column: str) -> str:
    """The text of a number, an empty one as null, a declared comma as a point."""
    text = f"nullif(f.{quoted(column)}, '')"
    return text if feed.decimal == "." else f"replace({text}, ',', '.')"


def _payload(feed: Feed) -> str:
    """MD5 of the kept fields, joined with a zero byte; an absent one leaves its number behind."""
    columns = [f"f.{quoted(column)}" for column in feed.columns()]
    joined = ", ".join(f"coalesce({column}, '')" for column in columns)
    marks = "".join(
        f" || CASE WHEN {column} IS NULL THEN chr(0) || '{number}' ELSE '' END"
        for number, column in enumerate(columns)
    )
    return f"md5(concat_ws(chr(0), {joined}){marks})"
