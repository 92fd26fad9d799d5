"""The journal against the general ledger, and one number of a statement against a run (B5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tieout.actions.opened import file_content
from tieout.actions.pool_journal import PeriodJournal, journal_of_period
from tieout.actions.pool_records import amount_of
from tieout.actions.ruling_evidence import kept_evidence
from tieout.calendar import parse_period
from tieout.close.approval import approval_state
from tieout.close.runs import find_run
from tieout.credits.general_ledger import read_general_ledger
from tieout.credits.tie import Tie, tie
from tieout.errors import InputRefused
from tieout.evidence.pool_entries import StatementTotal
from tieout.evidence.records import append_once, require, statement_totals
from tieout.evidence.redact import redacted
from tieout.money import EXACT
from tieout.workspace.layout import Workspace


@dataclass(frozen=True, slots=True)
class BooksTie:
    """A tie, and the journal it is made against."""

    found: PeriodJournal
    tie: Tie


def tie_books(workspace: Workspace, period: str, general_ledger: Path) -> BooksTie:
    """Compare an extract of the general ledger with the journal, and that with the cost ledger.

    Args:
        workspace: whose journal.
        period: the period.
        general_ledger: the extract: account, cost_center, amount, currency.

    Raises:
        InputRefused: ``GL_FILE``, ``GL_LINE``, and as :func:`journal_of_period`.
    """
    lines = read_general_ledger(file_content(general_ledger), general_ledger.name)
    found = journal_of_period(workspace, period)
    books = found.journal.books
    expense = {books.accounts.expense, *books.cost_centers.values()}
    return BooksTie(found, tie(found.document, expense, lines, _recorded(workspace, found)))


def _recorded(workspace: Workspace, found: PeriodJournal) -> dict[tuple[str, str], Decimal]:
    """The cost ledger of the run, by cost center and currency."""
    state = approval_state(workspace, find_run(workspace, found.run_id))
    rows: list[dict[str, Any]] = state.facts.report["cost_centers"]
    return {
        (row["cost_center"] or "", row["currency"]): Decimal(row["recorded"])
        for row in rows
        if row["currency"] is not None and row["recorded"] is not None
    }


@dataclass(frozen=True, slots=True)
class StatementCheck:
    """One number of a statement against what a run found.

    Attributes:
        stated: the statement.
        run_id: the run.
        charged: what the vendor charged, by its rows; None where that is not known.
        recorded: what the cost ledger says; None where there is none in that currency.
        is_new: whether it was recorded just now.
    """

    stated: StatementTotal
    run_id: str
    charged: Decimal | None
    recorded: Decimal | None
    is_new: bool = False

    def less(self, figure: Decimal | None) -> Decimal | None:
        """The statement less a figure; None where that is not known."""
        return None if figure is None else EXACT.subtract(Decimal(self.stated.amount), figure)


def check_statement(
    workspace: Workspace,
    period: str,
    *,
    amount: str,
    currency: str,
    evidence: Path,
    by: str,
    at: datetime | None = None,
) -> StatementCheck:
    """Record the total of an invoice or statement, and compare it with the newest run.

    Args:
        workspace: where it is recorded.
        period: the period it is about.
        amount: the total.
        currency: its currency.
        evidence: the statement; its bytes are kept.
        by: who read it.
        at: the time of the entry; now, if it is left out.

    Raises:
        InputRefused: ``POOL_AMOUNT``, ``STATEMENT_CURRENCY``, ``RECORD_FIELD``.
        ConfigurationRefused: ``RUN_UNKNOWN``.
    """
    require(name=by)
    if len(currency) != 3 or not (currency.isascii() and currency.isupper()):
        raise InputRefused(
            "STATEMENT_CURRENCY",
            "That is no currency.",
            where=(ascii(currency[:40]),),
            remedy="Write its three letters, like USD.",
        )
    bounds = parse_period(period, workspace.settings.zone)
    total = amount_of(amount, "total")
    find_run(workspace, None, bounds.label)
    (digest,), (name,) = kept_evidence(workspace, [evidence])
    stated = StatementTotal(bounds.label, total, currency, digest, redacted(name), by.strip())
    is_new = append_once(workspace.log, stated, at or datetime.now(UTC))
    return _compared(workspace, stated, is_new=is_new)


def statement_checks(workspace: Workspace, period: str) -> tuple[StatementCheck, ...]:
    """Every statement of a period on record, against its newest run, oldest first."""
    bounds = parse_period(period, workspace.settings.zone)
    found = [one for one in statement_totals(workspace.log) if one.period == bounds.label]
    return tuple(_compared(workspace, one) for one in found)


def _compared(
    workspace: Workspace, stated: StatementTotal, *, is_new: bool = False
) -> StatementCheck:
    state = approval_state(workspace, find_run(workspace, None, stated.period))
    totals = state.facts.report["summary"]["totals"].get(stated.currency, {})
    charged, recorded = (
        None if totals.get(name) is None else Decimal(totals[name])
        for name in ("charged", "recorded")
    )
    return StatementCheck(stated, state.facts.record.run_id, charged, recorded, is_new)
