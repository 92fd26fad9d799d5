"""What people say of the pool: its opening, the rule for shared use, the posted number (B3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tieout.actions.pool_journal import PeriodJournal, journal_of_period
from tieout.actions.ruling_evidence import kept_evidence
from tieout.calendar import instant_text, parse_period
from tieout.credits.allocation import require_rule
from tieout.errors import ApprovalRefused, InputRefused
from tieout.evidence.pool_entries import Allocation, Driver, PoolOpening, Posting
from tieout.evidence.records import append_once, require
from tieout.evidence.redact import redacted
from tieout.money import NotMoney, parse_money, plain
from tieout.workspace.layout import Workspace

_UNITS: Final = re.compile(r"0|[1-9][0-9]{0,14}")


def state_pool_opening(
    workspace: Workspace,
    period: str,
    *,
    units: str,
    cost: str,
    evidence: Path,
    by: str,
    at: datetime | None = None,
) -> tuple[PoolOpening, bool]:
    """Record what the pool was at the start of a period, where no posted journal says so.

    Args:
        workspace: where it is recorded.
        period: the period it opens.
        units: whole units of the vendor.
        cost: what they cost, in the functional currency.
        evidence: what shows it; its bytes are kept.
        by: who says so.
        at: the time of the entry; now, if it is left out.

    Raises:
        InputRefused: ``POOL_AMOUNT``: units or cost is no such number; ``RECORD_FIELD``.
        ConfigurationRefused: ``BOOKS_TERMS``, ``BOOKS_PREPAID`` or ``CFG_PERIOD``.
    """
    require(name=by)
    books = workspace.settings.books
    books.require()
    bounds = parse_period(period, workspace.settings.zone)
    text = units.replace(",", "")
    if _UNITS.fullmatch(text) is None:
        raise _no_amount("units", units)
    worth = amount_of(cost, "cost", books.decimals)
    if worth.startswith("-"):
        raise _no_amount("cost", cost)
    (digest,), (name,) = kept_evidence(workspace, [evidence])
    record = PoolOpening(
        instant_text(bounds.start), text, worth, books.functional_currency, digest,
        redacted(name), by.strip(),
    )  # fmt: skip
    return record, append_once(workspace.log, record, at or datetime.now(UTC))


def approve_allocation(
    workspace: Workspace,
    period: str,
    *,
    driver: Driver,
    parts: Mapping[str, int],
    reason: str,
    by: str,
    at: datetime | None = None,
) -> tuple[Allocation, bool]:
    """Record the rule by which the unlabelled use of a period is borne.

    It is applied once the period's run is certified. Where people have keys it waits until two of
    them endorse it.

    Args:
        workspace: where it is recorded.
        period: the period it is for.
        driver: labelled_units, requests or fixed.
        parts: the fixed shares by cost center, in whole parts.
        reason: why it is fair.
        by: who approves it.
        at: the time of the entry; now, if it is left out.

    Raises:
        InputRefused: ``ALLOCATION_RULE``: it shares nothing out.
        ConfigurationRefused: ``CFG_PERIOD``.
    """
    bounds = parse_period(period, workspace.settings.zone)
    rule = Allocation(bounds.label, driver, redacted(reason.strip()), by.strip(), dict(parts))
    require_rule(rule)
    return rule, append_once(workspace.log, rule, at or datetime.now(UTC))


def record_posting(
    workspace: Workspace,
    period: str,
    *,
    entry: str,
    evidence: Path,
    by: str,
    journal: str = "",
    draft: bool = False,
    at: datetime | None = None,
) -> tuple[Posting, PeriodJournal, bool]:
    """Take back the number under which the journal of a period was posted.

    The posting is bound to the journal as it is now. If that changes, the posting is stale.

    Args:
        workspace: where it is recorded.
        period: the period.
        entry: the number the general ledger gave it.
        evidence: what shows it; its bytes are kept.
        by: who posted it.
        journal: the digest of the journal that was posted, or its first digits.
        draft: whether it is recorded although nobody signed the run as checked; it then says so.
        at: the time of the entry; now, if it is left out.

    Raises:
        ApprovalRefused: ``POSTING_STALE``: the journal is another one by now; ``POSTING_DRAFT``:
            nobody signed its run as checked.
        InputRefused: as :func:`journal_of_period`; ``RECORD_FIELD``.
    """
    require(name=by, entry_number=entry)
    bounds = parse_period(period, workspace.settings.zone)
    found = journal_of_period(workspace, period)
    digest = found.document.digest
    if journal and not (len(journal) >= _LEAST_DIGITS and digest.startswith(journal)):
        raise ApprovalRefused(
            "POSTING_STALE",
            "The journal is not the one that was posted.",
            where=(f"posted {journal[:64]!a}", f"now    {digest}"),
            remedy="Compare the two, correct what was posted, and record that entry.",
        )
    if not (found.is_certified or draft):
        raise ApprovalRefused(
            "POSTING_DRAFT",
            f"The journal of {bounds.label} is a draft: nobody signed its run as checked.",
            where=(f"run {found.run_id}", f"journal {digest[:_LEAST_DIGITS]}"),
            remedy=f"Sign the run first: tieout sign {found.run_id}. If it is in the general"
            " ledger already, repeat with --draft: the posting then says so.",
        )
    (shown,), (name,) = kept_evidence(workspace, [evidence])
    posting = Posting(
        bounds.label, instant_text(bounds.end), digest, workspace.store.put(found.document.encoded),
        entry.strip(), shown, redacted(name), by.strip(), not found.is_certified,
    )  # fmt: skip
    is_new = append_once(workspace.log, posting, at or datetime.now(UTC))
    return posting, journal_of_period(workspace, period), is_new


# Below this, a digest that was cut might name something else.
_LEAST_DIGITS: Final = 12


def amount_of(text: str, name: str, decimals: int | None = None) -> str:
    """An amount as canonical decimal text, with at most so many decimals.

    Raises:
        InputRefused: ``POOL_AMOUNT``.
    """
    try:
        value = parse_money(text)
    except NotMoney as error:
        raise _no_amount(name, text) from error
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    if decimals is not None and -exponent > decimals:
        raise _no_amount(name, text)
    return plain(value)


def _no_amount(name: str, text: str) -> InputRefused:
    return InputRefused(
        "POOL_AMOUNT",
        f"The {name} is no amount the books can hold.",
        where=(ascii(text[:64]),),
        remedy="Write a plain number, like 4090.91; units are whole, and both are zero or more.",
    )
