"""Small tables that people write: strict UTF-8 CSV with exactly these columns, in any order.

A column may be declared optional; a file then has it or has it not, for all of its lines.

Each caller says in its own letter what the file should have been; here is only why it is not.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence


class NotTheTable(Exception):
    """The file is no such table; the text says where and why."""


def small_table(
    content: bytes,
    name: str,
    columns: Sequence[str],
    largest: int,
    optional: Sequence[str] = (),
) -> Iterator[tuple[int, dict[str, str]]]:
    """Each record that is not blank, with its first physical line.

    Args:
        content: the bytes of the file.
        name: its name, for the refusal.
        columns: the columns, all of them.
        largest: how many bytes it may have.
        optional: columns that it may have beside them.

    Raises:
        NotTheTable: it is too large, no UTF-8, no CSV, or has other columns.
    """
    if len(content) > largest:
        raise NotTheTable(f"{name} has over {largest:,} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotTheTable(f"{name}, byte {error.start}: not UTF-8") from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        if sorted(header) != sorted([*columns, *(one for one in optional if one in header)]):
            also = f"; there may be {', '.join(optional)}" if optional else ""
            raise NotTheTable(f"{name}, line 1: the columns are {', '.join(columns)}{also}")
        while True:
            first = reader.line_num + 1
            cells = next(reader, None)
            if cells is None:
                return
            if not any(cells):
                continue
            if len(cells) != len(header):
                raise NotTheTable(f"{name}, line {first}: more or fewer cells than columns")
            yield first, dict(zip(header, cells, strict=True))
    except csv.Error as error:
        raise NotTheTable(f"{name}, line {reader.line_num}: {error}") from error
