"""The prepaid pool in the books, on a screen and as JSON."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec

from tieout.actions.book_ties import BooksTie, StatementCheck
from tieout.actions.pool_journal import PeriodJournal, Posted
from tieout.credits.journal import UNALLOCATED
from tieout.credits.journal_document import JournalLine
from tieout.credits.tie import CenterRow, TieRow
from tieout.evidence.pool_entries import Allocation
from tieout.findings import plural
from tieout.money import grouped, plain
from tieout.report.layout import aligned, wrapped
from tieout.report.shown import UNKNOWN, visible


def journal_lines(found: PeriodJournal, width: int) -> list[str]:
    """State, pool, entries, allocation and postings."""
    document = found.document
    state = "certified" if found.is_certified else "DRAFT: the run is not signed as checked"
    lines = wrapped(
        f"journal of {document.period}, {document.currency}, run {found.run_id}, {state}", width
    )
    lines += ["", *_pool_lines(found, width)]
    for entry in document.entries:
        reference = f", {entry.reference}" if entry.reference else ""
        lines += ["", *wrapped(visible(f"{entry.day}  {entry.text}{reference}"), width)]
        lines += aligned(
            [
                (
                    visible(line.account),
                    visible(line.cost_center),
                    *_sides(line, document.decimals),
                    visible(line.note),
                )
                for line in entry.lines
            ],
            "llrrl",
            width,
            flexible=(1, 4, 0),
            indent="    ",
        )
    lines += ["", *_allocation_lines(found, width)]
    for posted in found.postings:
        lines += wrapped(visible(_posted_words(posted)), width)
    lines += wrapped(f"digest {document.digest}", width)
    return lines


def _sides(line: JournalLine, decimals: int) -> tuple[str, str]:
    """Debit and credit, the side without an amount empty."""
    debit, credit = Decimal(line.debit), Decimal(line.credit)
    if credit:
        return "", grouped(credit, decimals)
    return grouped(debit, decimals), ""


def _pool_lines(found: PeriodJournal, width: int) -> list[str]:
    pool, decimals = found.journal.pool, found.document.decimals
    rows = [
        ("opening", pool.opening.units, pool.opening.cost, pool.opening.source),
        ("added", pool.added_units, pool.added_cost, ""),
        ("used", -pool.used_units, None if pool.expense is None else -pool.expense, "expense"),
        ("closing", pool.closing_units, pool.closing_cost, "prepaid"),
    ]
    return aligned(
        [
            (name, _units(units), _money(cost, decimals), visible(said))
            for name, units, cost, said in rows
        ],
        "lrrl",
        width,
        flexible=(3,),
    )


def _units(units: Fraction | None) -> str:
    if units is None:
        return UNKNOWN
    return f"{int(units):,} units" if units.denominator == 1 else f"{units} units"


def _money(cost: Fraction | None, decimals: int) -> str:
    if cost is None:
        return UNKNOWN
    # For the eye alone: what is booked is in the lines, and exact figures in the document.
    scaled = cost * 10**decimals
    steps = int(abs(scaled) + Fraction(1, 2)) * (-1 if scaled < 0 else 1)
    return grouped(Decimal(steps).scaleb(-decimals), decimals)


def _allocation_lines(found: PeriodJournal, width: int) -> list[str]:
    rules, waiting = found.rules, found.rules.waiting
    lines: list[str] = []
    if found.is_allocated and rules.in_force is not None:
        rule = rules.in_force
        lines += wrapped(
            visible(
                f"allocated by rule {rule.rule_id}: {rule.driver.replace('_', ' ')}, approved by"
                f" {rule.approved_by}: {rule.reason}"
            ),
            width,
        )
    elif any(one.note == UNALLOCATED for e in found.document.entries for one in e.lines):
        why = "no rule is in force"
        if rules.in_force is not None:
            why = f"rule {rules.in_force.rule_id} is applied once the run is certified"
        lines += wrapped(f"use without a label is unallocated: {why}", width)
    if waiting is not None:
        lines += wrapped(
            f"rule {waiting.rule_id} stands on a name alone and waits:"
            f" tieout sign {rules.waiting_entry[:12]} --reason WHY --key KEY",
            width,
        )
    return lines


def _posted_words(posted: Posted) -> str:
    one = posted.posting
    words = f"posted as {one.entry_number} by {one.posted_by}"
    if posted.is_stale:
        return f"{words}: STALE, journal {one.journal_digest[:12]} was posted and has changed"
    return words


def journal_json(found: PeriodJournal) -> dict[str, Any]:
    """The journal with what a reader must know of it."""
    rules = found.rules
    return {
        "digest": found.document.digest,
        "run_id": found.run_id,
        "is_certified": found.is_certified,
        "opening": found.journal.pool.opening.source,
        "proofs": [{"name": one.name, "holds": one.holds} for one in found.journal.pool.proofs()],
        "rule": None if rules.in_force is None else _rule_json(rules.in_force),
        "is_allocated": found.is_allocated,
        "waiting_rule": None if rules.waiting is None else _rule_json(rules.waiting),
        "postings": [posting_json(one) for one in found.postings],
        "journal": msgspec.to_builtins(found.document),
    }


def _rule_json(rule: Allocation) -> dict[str, Any]:
    return {"rule_id": rule.rule_id, **msgspec.to_builtins(rule)}


def posting_json(posted: Posted) -> dict[str, Any]:
    """A posting, and whether it is stale."""
    return {
        "entry": posted.posting.entry_number,
        "journal": posted.posting.journal_digest,
        "evidence": posted.posting.evidence_name,
        "posted_by": posted.posting.posted_by,
        "is_stale": posted.is_stale,
    }


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
