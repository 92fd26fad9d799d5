"""Ties of the books and statements, on a screen and as JSON."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tieout.actions.book_ties import BooksTie, StatementCheck
from tieout.credits.tie import CenterRow, TieRow
from tieout.findings import plural
from tieout.money import plain
from tieout.report.layout import aligned, wrapped
from tieout.report.shown import UNKNOWN, visible


def tie_lines(done: BooksTie, width: int) -> list[str]:
    """What differs, by name; then the cost ledger, and what was not compared."""
    tie, journal = done.tie, done.found.document
    word = "agree" if tie.holds else "DO NOT AGREE"
    lines = wrapped(
        f"general ledger and journal of {journal.period} {word}: {len(tie.rows)} accounts by cost"
        f" center, {len(tie.differing)} differ",
        width,
    )
    if tie.differing:
        lines += ["", *_table(("general ledger", "journal"), tie.differing, width)]
    if any(one.difference for one in tie.centers):
        lines += ["", *wrapped("expense of the journal against the cost ledger", width)]
        lines += _table(("journal", "cost ledger"), tie.centers, width)
    for lines_of, words in (
        (tie.other_currency, "in another currency, which are not compared"),
        (tie.other_lines, "on accounts the journal does not use"),
    ):
        if lines_of:
            count = plural(len(lines_of), "line")
            lines += wrapped(f"{count} of the general ledger {words}", width)
    if tie.recorded_currencies:
        named = ", ".join(tie.recorded_currencies)
        lines += wrapped(
            f"the cost ledger is also in {named}, which is not compared with {journal.currency}",
            width,
        )
    return lines


def _table(
    heads: tuple[str, str], rows: tuple[TieRow, ...] | tuple[CenterRow, ...], width: int
) -> list[str]:
    cells: list[tuple[str, ...]] = [("", "", *heads, "difference")]
    for row in rows:
        left, right = (
            (row.general_ledger, row.journal)
            if isinstance(row, TieRow)
            else (row.journal, row.recorded)
        )
        account = row.account if isinstance(row, TieRow) else ""
        cells.append(
            (
                visible(account),
                visible(row.cost_center) or "no cost center",
                *("none" if one is None else plain(one) for one in (left, right)),
                plain(row.difference),
            )
        )
    return aligned(cells, "llrrr", width, flexible=(1, 0), indent="    ")


def tie_json(done: BooksTie) -> dict[str, Any]:
    """Every account and cost center on both sides."""
    tie = done.tie
    return {
        "journal": done.found.document.digest,
        "holds": tie.holds,
        "rows": [
            {
                "account": one.account,
                "cost_center": one.cost_center,
                "general_ledger": _plain(one.general_ledger),
                "journal": _plain(one.journal),
                "difference": plain(one.difference),
            }
            for one in tie.rows
        ],
        "cost_ledger": [
            {
                "cost_center": one.cost_center,
                "journal": _plain(one.journal),
                "recorded": _plain(one.recorded),
                "difference": plain(one.difference),
            }
            for one in tie.centers
        ],
        "other_lines": [one.line for one in tie.other_lines],
        "other_currency": [one.line for one in tie.other_currency],
        "recorded_currencies": list(tie.recorded_currencies),
    }


def statement_lines(one: StatementCheck, width: int) -> list[str]:
    """The number, and what it differs by from both totals."""
    stated = one.stated
    lines = wrapped(
        visible(
            f"statement {stated.evidence_name}: {stated.amount} {stated.currency}, {stated.period},"
            f" run {one.run_id}"
        ),
        width,
    )
    rows = [
        (name, UNKNOWN if figure is None else plain(figure), _difference(one.less(figure)))
        for name, figure in (("charged", one.charged), ("recorded", one.recorded))
    ]
    return [*lines, *aligned(rows, "lrl", width, indent="    ", flexible=(2,))]


def _difference(value: Decimal | None) -> str:
    if value is None:
        return "cannot be compared"
    return "agrees" if not value else f"the statement is {'+' if value > 0 else ''}{plain(value)}"


def statement_json(one: StatementCheck) -> dict[str, Any]:
    """The number, both totals, and the differences; null where a total is not known."""
    return {
        "period": one.stated.period,
        "amount": one.stated.amount,
        "currency": one.stated.currency,
        "evidence": one.stated.evidence_name,
        "stated_by": one.stated.stated_by,
        "run_id": one.run_id,
        "charged": _plain(one.charged),
        "less_charged": _plain(one.less(one.charged)),
        "recorded": _plain(one.recorded),
        "less_recorded": _plain(one.less(one.recorded)),
        "is_new": one.is_new,
    }


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)
