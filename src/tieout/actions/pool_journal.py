"""The journal of a period, from its newest run and what is on record of the pool (B3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from tieout.calendar import parse_period
from tieout.close.approval import ApprovalState, approval_state
from tieout.close.credit_inputs import stated_movements
from tieout.close.prepaid_pool import at_start, last_day, pool_before, pool_of_period
from tieout.close.runs import find_run
from tieout.credits.allocation import allocated
from tieout.credits.allocation_standing import Rules, rules_of
from tieout.credits.journal import Journal, journal_of, parts_of
from tieout.credits.journal_document import JournalDocument, document_of
from tieout.errors import InputRefused
from tieout.evidence.durable import publish_folder
from tieout.evidence.pool_entries import Posting
from tieout.evidence.records import pool_openings, postings
from tieout.people.record import rulings_of
from tieout.report.journal_csv import journal_csv
from tieout.report.journal_text import beancount, two_columns
from tieout.workspace.layout import Workspace, refuse_inside_records


@dataclass(frozen=True, slots=True)
class Posted:
    """One posting of a period's journal.

    Attributes:
        posting: the posting.
        is_stale: whether the journal has changed since.
    """

    posting: Posting
    is_stale: bool


@dataclass(frozen=True, slots=True)
class PeriodJournal:
    """The journal of a period, and what a reader must know of it.

    Attributes:
        journal: the journal.
        document: the same, as it is exported.
        run_id: the run it comes from.
        is_certified: whether that run is signed by a checker, and stands.
        rules: the allocation rules of the period.
        is_allocated: whether a rule was applied.
        postings: every posting of this period, oldest first.
        off_units: the balance at the end less what the pool holds; None where none was read.
    """

    journal: Journal
    document: JournalDocument
    run_id: str
    is_certified: bool
    rules: Rules
    is_allocated: bool
    postings: tuple[Posted, ...]
    off_units: Fraction | None

    def files(self) -> dict[str, bytes]:
        """Every export, by the name of its file."""
        books = self.journal.books
        expense = {books.accounts.expense, books.accounts.fee, *books.cost_centers.values()}
        return {
            "journal.json": self.document.encoded,
            "journal.csv": journal_csv(self.document).encode(),
            "journal.txt": two_columns(self.document).encode(),
            "journal.beancount": beancount(self.document, expense).encode(),
        }


def journal_of_period(workspace: Workspace, period: str) -> PeriodJournal:
    """The journal of a period, by its newest run.

    Unlabelled use is allocated by the rule in force, once the run is certified; until then it is
    a line of its own.

    Raises:
        ConfigurationRefused: ``RUN_UNKNOWN``, ``BOOKS_TERMS``, ``BOOKS_PREPAID``,
            ``BOOKS_ACCOUNT``.
        InputRefused: ``JOURNAL_NONE``: the run counts no credits; ``JOURNAL_COST``: a cost is not
            known; ``ALLOCATION_DRIVER``.
    """
    books = workspace.settings.books
    books.require()
    bounds = parse_period(period, workspace.settings.zone)
    state = approval_state(workspace, find_run(workspace, None, bounds.label))
    part, store = _credits(state), workspace.store
    before = pool_before(
        store, *at_start(postings(workspace.log), pool_openings(workspace.log), bounds)
    )
    moved = stated_movements(store, state.facts.manifest.movement_lists)
    pool = pool_of_period(books, before, moved, part, bounds)
    certified = is_certified(state)
    rules = rules_of(rulings_of(workspace.log), bounds.label)
    rule = rules.in_force if certified else None
    parts = parts_of(pool.uses) if rule is None else allocated(pool.uses, rule)
    journal = journal_of(pool, books, bounds.label, last_day(bounds), parts)
    document = document_of(journal)
    known = tuple(
        Posted(one, one.journal_digest != document.digest)
        for one in postings(workspace.log)
        if one.period == bounds.label
    )
    return PeriodJournal(
        journal, document, state.facts.record.run_id, certified, rules,
        rule is not None and any(not one.cost_center and one.units for one in pool.uses), known,
        _off(part["closing"]["units"], pool.closing_units),
    )  # fmt: skip


def write_journal(found: PeriodJournal, out: Path) -> tuple[Path, ...]:
    """Write every export into a new folder.

    Raises:
        ConflictRefused: the folder holds something else; nothing is overwritten.
        ConfigurationRefused: ``CFG_PATH_OVERLAP``: it would lie in the records of a workspace.
    """
    refuse_inside_records(out)
    files = found.files()
    publish_folder(out, files)
    return tuple(out / name for name in files)


def is_certified(state: ApprovalState) -> bool:
    """Whether a run is signed as checked, or closed, and nothing has changed since."""
    return state.closing is not None or (
        not state.changed
        and any(one.signed_as == "checked" and one.stands for one in state.signatures)
    )


def _off(balance: str | None, closing: Fraction | None) -> Fraction | None:
    return None if balance is None or closing is None else Fraction(balance) - closing


def _credits(state: ApprovalState) -> Mapping[str, Any]:
    part: Mapping[str, Any] | None = state.facts.report.get("credits")
    if part is None or "use" not in part:
        raise InputRefused(
            "JOURNAL_NONE",
            "The run counts no credits; there is nothing to book.",
            where=(f"run {state.facts.record.run_id} of {state.facts.record.period}",),
            remedy="Import a log that counts units, then: tieout run --period PERIOD",
        )
    return part
