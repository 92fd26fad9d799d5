"""Open cause groups as a table that goes out, is filled in, and comes back (A6, D16).

What the reviewer fills in are the last seven columns; the rest says what the row is about, and the
digest binds it to what was seen. Texts are safe to open in a spreadsheet; an apostrophe that was
put before a text is taken away again when the table comes back.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Final

from tieout.report.csv_cell import text_cell
from tieout.report.parts import Group
from tieout.report.shown import UNKNOWN

FILLED_IN: Final = ("owner", "due", "decide", "reason", "evidence", "cap", "expires_on")
COLUMNS: Final = (
    "period",
    "group_id",
    "group_digest",
    "title",
    "bucket",
    "cause",
    "proof",
    "source_model_id",
    "cost_center",
    "project",
    "currency",
    "lines",
    "net",
    "gross",
    "status",
    "stale_because",
    "age_days",
    *FILLED_IN,
)


def review_csv(period: str, groups: Sequence[Group]) -> str:
    """The groups as a table, one row each, the decision columns empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for group in groups:
        writer.writerow(_row(period, group))
    return out.getvalue()


def _row(period: str, group: Group) -> dict[str, object]:
    return {
        "period": text_cell(period),
        "group_id": text_cell(group.group_id),
        "group_digest": text_cell(group.group_digest),
        "title": text_cell(group.title),
        "bucket": text_cell(group.bucket),
        "cause": text_cell(group.cause),
        "proof": text_cell(group.proof),
        "source_model_id": text_cell(group.source_model_id),
        "cost_center": text_cell(group.cost_center),
        "project": text_cell(group.project),
        "currency": text_cell(group.currency),
        "lines": group.lines,
        "net": UNKNOWN if group.net is None else group.net,
        "gross": UNKNOWN if group.gross is None else group.gross,
        "status": text_cell(group.status),
        "stale_because": text_cell(group.stale_because),
        "age_days": "" if group.age_days is None else group.age_days,
        "owner": text_cell(group.owner),
        "due": text_cell(group.due),
    }
