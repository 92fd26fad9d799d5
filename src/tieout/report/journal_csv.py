"""The journal as CSV: one row a line, safe to open in a spreadsheet (B3)."""

from __future__ import annotations

import csv
import io
from typing import Final

from tieout.credits.journal_document import JournalDocument
from tieout.report.csv_cell import text_cell

COLUMNS: Final = (
    "period",
    "entry",
    "kind",
    "day",
    "account",
    "cost_center",
    "debit",
    "credit",
    "currency",
    "text",
    "reference",
    "note",
    "journal",
)


def journal_csv(journal: JournalDocument) -> str:
    """Every line of every entry; the last column names the journal by its digest."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    digest = journal.digest
    for entry in journal.entries:
        for line in entry.lines:
            writer.writerow(
                {
                    "period": text_cell(journal.period),
                    "entry": text_cell(entry.entry_id),
                    "kind": entry.kind,
                    "day": entry.day,
                    "account": text_cell(line.account),
                    "cost_center": text_cell(line.cost_center),
                    "debit": line.debit,
                    "credit": line.credit,
                    "currency": text_cell(journal.currency),
                    "text": text_cell(entry.text),
                    "reference": text_cell(entry.reference),
                    "note": text_cell(line.note),
                    "journal": digest,
                }
            )
    return out.getvalue()
