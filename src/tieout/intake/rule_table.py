"""Rule tables: small CSV files that people write and approve, such as the mapping.

They are configuration, not bulk input: a row that cannot be read refuses the command, because a
mapping or an exclusion that was half read would price money wrongly.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from tieout.errors import ConfigurationRefused


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One row: its line in the file and its fields, stripped of nothing."""

    line: int
    fields: dict[str, str]


def read_rule_table(
    content: bytes, name: str, required: tuple[str, ...], optional: tuple[str, ...]
) -> tuple[RuleRow, ...]:
    """Read a rule table with exactly these columns, in any order.

    Raises:
        ConfigurationRefused: ``CFG_ENCODING``, ``CFG_TABLE_HEADER``, ``CFG_TABLE_WIDTH`` or
            ``CFG_TABLE_EMPTY_FIELD``, with file and line.
    """
    try:
        text = content.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ConfigurationRefused(
            "CFG_ENCODING",
            f"{name} is not a CSV file in UTF-8.",
            where=(str(error),),
            remedy="Save it as CSV, UTF-8, comma separated, quotes doubled.",
        ) from error
    header = rows[0] if rows else []
    _check_header(header, name, required, optional)
    found = []
    for line, row in enumerate(rows[1:], start=2):
        if not row or row[0].startswith("#"):
            continue
        if len(row) != len(header):
            raise ConfigurationRefused(
                "CFG_TABLE_WIDTH",
                f"A row of {name} has {len(row)} fields; the header has {len(header)}.",
                where=(f"{name}, line {line}",),
                remedy="Give each column of the header one field, empty where it has no value.",
            )
        fields = dict(zip(header, row, strict=True))
        for column in required:
            if not fields[column].strip():
                raise ConfigurationRefused(
                    "CFG_TABLE_EMPTY_FIELD",
                    f"{column} is empty.",
                    where=(f"{name}, line {line}",),
                    remedy=f"Fill in {column}, or remove the row.",
                )
        found.append(RuleRow(line, fields))
    return tuple(found)


def _check_header(
    header: list[str], name: str, required: tuple[str, ...], optional: tuple[str, ...]
) -> None:
    missing = [column for column in required if column not in header]
    unknown = [column for column in header if column not in required + optional]
    if missing or unknown or len(set(header)) != len(header):
        raise ConfigurationRefused(
            "CFG_TABLE_HEADER",
            f"The header of {name} is not the one expected.",
            where=(
                f"missing: {', '.join(missing) or 'none'}",
                f"unknown: {', '.join(unknown) or 'none'}",
            ),
            remedy=f"Use the columns {', '.join(required + optional)}, each once.",
        )
