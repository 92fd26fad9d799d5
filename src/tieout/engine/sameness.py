"""Sameness: one number for the rows of a table, free of order, and equal on every engine.

Each row becomes one canonical text, its MD5 is cut into 60-bit chunks, and the chunks are summed as
integers: the sums do not depend on order, threads or parts. It proves that rows are the same;
tamper evidence is SHA-256 over file bytes. The text is made by SQL that every engine reads alike:
decimals plain with their whole scale, instants and days as ISO text, flags as true and false. All
of it rests on the column types being equal, which each engine checks for its own tables.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from decimal import Decimal

# Two chunks of 60 bits, 120 of the 128; a sum of up to 10^18 rows still fits DECIMAL(38,0).
_CHUNKS = 2
_DIGITS = 15

Chunk = Callable[[str], str]


def sums_query(relation: str, columns: Sequence[str], texts: Collection[str], chunk: Chunk) -> str:
    """A query of one row: how many rows the relation has, and the sums of their digests.

    Args:
        relation: a quoted name of a table, or a query in brackets.
        columns: the columns that count, in order.
        texts: those of them that hold text.
        chunk: SQL that reads 15 hexadecimal digits as a whole number, which engines spell apart.
    """
    cells = [f"coalesce(CAST(\"{name}\" AS STRING), '~')" for name in columns]
    # Only text can hold the separator or the sign for null; its length beside it keeps rows apart.
    lengths = [
        f'CAST(coalesce(length("{name}"), -1) AS STRING)' for name in columns if name in texts
    ]
    sums = ", ".join(
        f"coalesce(sum(CAST({chunk(f'substr(h, {1 + _DIGITS * i}, {_DIGITS})')}"
        f" AS DECIMAL(38,0))), 0) AS sum_{i}"
        for i in range(_CHUNKS)
    )
    row = f"md5(concat_ws('|', {', '.join([*lengths, *cells])}))"
    return (
        f"SELECT count(*) AS row_count, {sums} FROM (SELECT {row} AS h FROM {relation} AS r) AS d"
    )


def digest_of(name: str, columns: Sequence[str], sums: Sequence[int | Decimal]) -> str:
    """The digest of a table: its name, its columns, how many rows, and their sums."""
    text = "|".join([name, ",".join(columns), *(str(Decimal(part)) for part in sums)])
    return hashlib.sha256(text.encode()).hexdigest()
