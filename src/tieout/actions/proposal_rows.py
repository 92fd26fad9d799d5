"""The rows of a review table that came back: read strictly, each with its line (D16)."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

from tieout.actions.opened import file_content
from tieout.errors import InputRefused
from tieout.people.ruling import Disposed
from tieout.report.csv_cell import plain_cell
from tieout.report.review_csv import COLUMNS

_MOST_BYTES: Final = 8_000_000
_DECISIONS: Final[tuple[Disposed, ...]] = get_args(Disposed)


@dataclass(frozen=True, slots=True)
class ProposedRow:
    """One row as it was filled in.

    Attributes:
        line: where the row stands in the file.
        period: the period it is about.
        group_id: the cause group.
        group_digest: the group as whoever filled it in saw it.
        owner: who settles it.
        due: the last day for it; or empty.
        decide: accepted, corrected or escalated; None where nothing is decided.
        said: what stands in that cell, for a letter.
        reason: why.
        evidence: names of files, in the order written.
        cap: the most it may come to later; or empty.
        expires_on: the last day of the acceptance; or empty.
    """

    line: int
    period: str
    group_id: str
    group_digest: str
    owner: str
    due: str
    decide: Disposed | None
    said: str
    reason: str
    evidence: tuple[str, ...]
    cap: str
    expires_on: str


def read_rows(path: Path) -> tuple[ProposedRow, ...]:
    """Every row of a table that came back.

    Raises:
        InputRefused: ``FILE_UNREADABLE``; ``PROPOSE_FORM``: it is not the table that went out.
    """
    content = file_content(path)
    if len(content) > _MOST_BYTES:
        raise _form(path, 1, f"the file has more than {_MOST_BYTES:,} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _form(path, 1 + content[: error.start].count(b"\n"), "it is not UTF-8") from error
    if "\0" in text:
        raise _form(path, 1 + text[: text.index("\0")].count("\n"), "it holds a zero byte")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[ProposedRow] = []
    try:
        for number, cells in enumerate(reader):
            if number == 0 and tuple(cells) != COLUMNS:
                raise _form(path, 1, f"the columns are not {','.join(COLUMNS)}")
            if number and any(cells):
                if len(cells) != len(COLUMNS):
                    raise _form(path, reader.line_num, f"{len(cells)} cells, not {len(COLUMNS)}")
                rows.append(_row(reader.line_num, cells))
    except csv.Error as error:
        raise _form(path, reader.line_num, str(error)) from error
    if not rows:
        raise _form(path, 1, "it has no row")
    return tuple(rows)


def _row(line: int, cells: list[str]) -> ProposedRow:
    found = {name: plain_cell(cell).strip() for name, cell in zip(COLUMNS, cells, strict=True)}
    said = found["decide"]
    return ProposedRow(
        line=line,
        period=found["period"],
        group_id=found["group_id"],
        group_digest=found["group_digest"],
        owner=found["owner"],
        due=found["due"],
        decide=next((word for word in _DECISIONS if word == said), None),
        said=said,
        reason=found["reason"],
        evidence=tuple(name.strip() for name in found["evidence"].split(";") if name.strip()),
        cap=found["cap"],
        expires_on=found["expires_on"],
    )


def _form(path: Path, line: int, why: str) -> InputRefused:
    return InputRefused(
        "PROPOSE_FORM",
        "The file is not a review table as it went out.",
        where=(f"{path}, line {line}: {why}",),
        remedy="Write it anew (tieout variance export FILE) and fill in its last columns; commas"
        " between them, UTF-8.",
    )
