"""The journal as text: two columns for a person, and an example for plain-text accounting (B3).

The second is written in the syntax of Beancount. Its account names have a form of their own: a
name that has it is taken as it is; any other is put under Expenses or Assets, and where a character
has to give way, a few digits of its digest keep two accounts apart.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import Final

from tieout.credits.journal_document import JournalDocument, JournalEntry, JournalLine
from tieout.evidence.canonical import sha256
from tieout.report.layout import aligned
from tieout.report.shown import visible

_ROOTS: Final = "Assets|Liabilities|Equity|Income|Expenses"
_COMPONENT: Final = r"[A-Z0-9][A-Za-z0-9-]*"
_ACCOUNT: Final = re.compile(rf"(?:{_ROOTS})(?::{_COMPONENT})+")
_GIVES_WAY: Final = re.compile(r"[^A-Za-z0-9-]")
_WIDTH: Final = 200


def two_columns(journal: JournalDocument) -> str:
    """Every entry with its debits on the left and its credits on the right."""
    total = f"{len(journal.entries)} entries" if len(journal.entries) != 1 else "1 entry"
    lines = [
        f"Journal of {visible(journal.period)}, {visible(journal.currency)}, {total}",
        f"prepaid after it {journal.prepaid_booked}",
        f"digest {journal.digest}",
    ]
    for entry in journal.entries:
        lines += ["", _title(entry)]
        lines += aligned(
            [
                ("", "debit", "credit", ""),
                *(_columns(line) for line in entry.lines),
                _sum(entry, journal.decimals),
            ],
            "lrrl",
            _WIDTH,
        )
    return "\n".join(lines) + "\n"


def beancount(journal: JournalDocument, expense_accounts: Collection[str]) -> str:
    """The entries as transactions, after the accounts they use are opened.

    Args:
        journal: the journal.
        expense_accounts: the accounts that are expenses; all others are assets.
    """
    names = {
        line.account: _beancount_account(line.account, expense_accounts)
        for entry in journal.entries
        for line in entry.lines
    }
    first = min((entry.day for entry in journal.entries), default="")
    lines = [f"; {visible(journal.period)}, digest {journal.digest}"]
    lines += [f"{first} open {name} {journal.currency}" for name in sorted(names.values())]
    for entry in journal.entries:
        lines += ["", f"{entry.day} * {_quoted(entry.text)}"]
        lines.append(f"  entry: {_quoted(entry.entry_id)}")
        if entry.reference:
            lines.append(f"  reference: {_quoted(entry.reference)}")
        for line in entry.lines:
            lines += _posting(line, names[line.account], journal.currency)
    return "\n".join(lines) + "\n"


def _title(entry: JournalEntry) -> str:
    reference = f"  ({visible(entry.reference)})" if entry.reference else ""
    return f"{entry.day}  {visible(entry.text)}{reference}"


def _columns(line: JournalLine) -> tuple[str, str, str, str]:
    name = f"{line.account}  {line.cost_center}" if line.cost_center else line.account
    is_credit = bool(Decimal(line.credit))
    return (
        visible(name) if not is_credit else f"  {visible(name)}",
        "" if is_credit else line.debit,
        line.credit if is_credit else "",
        visible(line.note),
    )


def _sum(entry: JournalEntry, decimals: int) -> tuple[str, str, str, str]:
    debit = sum((Decimal(line.debit) for line in entry.lines), Decimal(0))
    credit = sum((Decimal(line.credit) for line in entry.lines), Decimal(0))
    return "", f"{debit:.{decimals}f}", f"{credit:.{decimals}f}", ""


def _posting(line: JournalLine, name: str, currency: str) -> Iterator[str]:
    amount = line.debit if not Decimal(line.credit) else f"-{line.credit}"
    yield f"  {name}  {amount} {currency}"
    if line.cost_center:
        yield f"    cost-center: {_quoted(line.cost_center)}"
    if line.note:
        yield f"    note: {_quoted(line.note)}"


def _beancount_account(account: str, expense_accounts: Collection[str]) -> str:
    if _ACCOUNT.fullmatch(account):
        return account
    root = "Expenses" if account in expense_accounts else "Assets"
    if re.fullmatch(_COMPONENT, account):
        return f"{root}:{account}"
    return f"{root}:X{_GIVES_WAY.sub('-', account)}-{sha256(account.encode())[:6]}"


def _quoted(text: str) -> str:
    """A string of the syntax; what does not show itself is written as an escape."""
    return '"' + visible(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
