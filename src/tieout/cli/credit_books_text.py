"""The prepaid pool in the books, on a screen and as JSON."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec

from tieout.actions.pool_journal import PeriodJournal, Posted
from tieout.credits.journal import UNALLOCATED
from tieout.credits.journal_document import JournalLine
from tieout.evidence.pool_entries import Allocation
from tieout.money import grouped
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
    if found.off_units:
        lines += wrapped(
            f"the balance at the end is {int(found.off_units):+,} units against the pool: the"
            " balance proof fails",
            width,
        )
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
    if one.from_draft:
        words += ", from a draft"
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
        "off_units": None if found.off_units is None else str(found.off_units),
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
        "from_draft": posted.posting.from_draft,
        "is_stale": posted.is_stale,
    }
