"""Proposed rows of the mapping: a CSV that goes out, is edited, comes back and is then signed.

It has the columns of the mapping table. What is suggested stands beside and decides nothing: a row
whose ``source_model_id`` nobody filled in is left out when the file comes back.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from tieout.calendar import instant_text
from tieout.evidence.durable import write_new_file
from tieout.intake.rule_table import read_rule_table
from tieout.mapping.alias import OPTIONAL, REQUIRED, Alias, read_row, require_one_meaning
from tieout.mapping.suggestion import MOST, Suggestion
from tieout.report.csv_cell import plain_cell, text_cell
from tieout.workspace.layout import refuse_inside_records

_COLUMNS: Final = (
    "internal_model_alias", "source_model_id", "pricing_unit", "effective_from", "effective_to",
)  # fmt: skip
_ROWS: Final = "rows"


@dataclass(frozen=True, slots=True)
class Proposed:
    """An unmapped name with what it may mean.

    Attributes:
        name: byte for byte.
        rows: in how many rows of usage and books it stands.
        first_seen: the first time it stands there.
        suggestions: the ids it may mean, the most plausible first; perhaps none.
        pricing_unit: the unit of the first of them; or empty.
    """

    name: str
    rows: int
    first_seen: datetime
    suggestions: tuple[Suggestion, ...]
    pricing_unit: str


def proposal_csv(proposed: Sequence[Proposed], top: int) -> bytes:
    """The proposal as CSV; a text that a spreadsheet would run is led by an apostrophe."""
    out = io.StringIO()
    beside = [column for place in range(1, top + 1) for column in _beside(place)]
    # With a line end of one sign, a lone return within a name would stand without quotes.
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*_COLUMNS, _ROWS, *beside])
    for one in proposed:
        said = [text for s in one.suggestions[:top] for text in (s.source_model_id, s.reason)]
        start = instant_text(one.first_seen)
        cells = [one.name, "", one.pricing_unit, start, "", str(one.rows), *said]
        cells += [""] * (2 * top - len(said))
        writer.writerow([text_cell(cell) for cell in cells])
    return out.getvalue().encode("utf-8")


def write_proposal(proposed: Sequence[Proposed], top: int, out: Path) -> None:
    """Write a proposal into a new file.

    Raises:
        ConflictRefused: another file is there already; nothing is overwritten.
        ConfigurationRefused: ``CFG_PATH_OVERLAP``: it would lie in the records of a workspace.
    """
    refuse_inside_records(out)
    write_new_file(out, proposal_csv(proposed, top))


def read_proposal(content: bytes, name: str) -> tuple[Alias, ...]:
    """The rows of a proposal that somebody filled in; whoever signs it is their approver.

    Raises:
        ConfigurationRefused: as for the mapping table.
    """
    beside = [column for place in range(1, MOST + 1) for column in _beside(place)]
    others = (*REQUIRED[1:], *OPTIONAL, _ROWS, *beside)
    found = []
    for row in read_rule_table(content, name, REQUIRED[:1], others):
        plain = {column: plain_cell(text) for column, text in row.fields.items()}
        fields = {**dict.fromkeys(REQUIRED, ""), **plain}
        if fields["source_model_id"].strip():
            found.append(read_row(fields, row.line, f"{name}, line {row.line}"))
    require_one_meaning(found, name)
    return tuple(found)


def _beside(place: int) -> tuple[str, str]:
    return f"suggestion_{place}", f"reason_{place}"
