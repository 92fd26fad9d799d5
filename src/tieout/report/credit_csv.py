"""A movement list to be checked and completed, in the columns that are read back (B1)."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC

from tieout.calendar import instant_text
from tieout.credits.movement_list import COLUMNS
from tieout.credits.movement_text import Proposal
from tieout.money import plain
from tieout.report.csv_cell import text_cell


def proposal_csv(proposals: Sequence[Proposal]) -> str:
    """The proposals as a movement list; what could not be read is empty."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for one in proposals:
        paid = one.paid
        writer.writerow(
            {
                "time": instant_text(one.row.at.replace(tzinfo=UTC)),
                "kind": one.kind,
                "units": "" if one.units is None else str(one.units),
                "cash": "" if paid is None else plain(paid),
                "currency": "" if paid is None else one.row.currency,
                "record": one.row.record,
                "note": text_cell(one.row.text),
            }
        )
    return out.getvalue()
