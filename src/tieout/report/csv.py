"""The open variances as CSV: one row a cause group, one row a line, safe to open in a spreadsheet.

A text is a cell that no spreadsheet runs. An amount is a number and stays one, its minus sign
included; an amount nobody knows is the word ``unknown``, because an empty cell counts as zero.
"""

from __future__ import annotations

import csv
import io
from typing import Final

from tieout.report.csv_cell import text_cell
from tieout.report.document import Document
from tieout.report.parts import Group, Line
from tieout.report.shown import UNKNOWN

COLUMNS: Final = (
    "record",
    "group_id",
    "line_key",
    "bucket",
    "cause",
    "title",
    "proof",
    "status",
    "owner",
    "source_model_id",
    "cost_center",
    "project",
    "first_day",
    "last_day",
    "lines",
    "currency",
    "expected",
    "charged",
    "recorded",
    "variance",
    "gross",
    "booking",
    "billing",
    "explanation",
    "next",
)


def variances_csv(document: Document) -> str:
    """The open cause groups, each followed by its lines in the report, then lines of no group.

    A line is open unless its group is settled; a line whose variance is zero and that no open
    group names is left out, because nothing about it is open.
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    lines = _each_once(document)
    known = {group.group_id for group in document.summary.groups}
    for group in document.open_groups:
        writer.writerow(_group_row(group))
        for line in lines:
            if line.group_id == group.group_id:
                writer.writerow(_line_row(line, group))
    for line in lines:
        if line.group_id not in known and (line.variance is None or line.variance.strip("-0.")):
            writer.writerow(_line_row(line, None))
    return out.getvalue()


def _each_once(document: Document) -> list[Line]:
    """The lines of the report, headline lines first, a line in both places once."""
    both = (*document.headline_lines, *document.lines)
    return list({(line.line_key, line.currency): line for line in both}.values())


def _group_row(group: Group) -> dict[str, object]:
    return {
        "record": "group",
        "group_id": text_cell(group.group_id),
        "bucket": group.bucket,
        "cause": text_cell(group.cause),
        "title": text_cell(group.title),
        "proof": text_cell(group.proof),
        "status": text_cell(group.status),
        "owner": text_cell(group.owner),
        "source_model_id": text_cell(group.source_model_id),
        "cost_center": text_cell(group.cost_center),
        "project": text_cell(group.project),
        "first_day": text_cell(group.first_day),
        "last_day": text_cell(group.last_day),
        "lines": group.lines,
        "currency": text_cell(group.currency),
        "variance": _number_cell(group.net),
        "gross": _number_cell(group.gross),
        "explanation": text_cell(group.explanation),
        "next": text_cell(group.next),
    }


def _line_row(line: Line, group: Group | None) -> dict[str, object]:
    return {
        "record": "line",
        "group_id": text_cell(line.group_id),
        "line_key": text_cell(line.line_key),
        "bucket": text_cell(line.bucket),
        "cause": text_cell(line.cause),
        "proof": text_cell(line.proof),
        "status": text_cell(group.status if group else "open"),
        "owner": text_cell(group.owner if group else None),
        "source_model_id": text_cell(line.source_model_id),
        "cost_center": text_cell(line.cost_center),
        "project": text_cell(line.project),
        "first_day": text_cell(line.day),
        "last_day": text_cell(line.day),
        "lines": 1,
        "currency": text_cell(line.currency),
        "expected": _number_cell(line.expected),
        "charged": _number_cell(line.charged),
        "recorded": _number_cell(line.recorded),
        "variance": _number_cell(line.variance),
        "booking": _number_cell(line.booking),
        "billing": _number_cell(line.billing),
        "explanation": text_cell(line.explanation),
    }


def _number_cell(amount: str | None) -> str:
    return UNKNOWN if amount is None else amount
