"""The journal against the general ledger, and both against the cost ledger, to the cent (B5).

By account and cost center, exactly: no tolerance, and no net over accounts. What the general
ledger has on accounts the journal does not know is counted apart, because it is not about credits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tieout.credits.journal_document import JournalDocument
from tieout.money import EXACT

Key = tuple[str, str]
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Booked:
    """One line of the general ledger.

    Attributes:
        line: its line in the file.
        account: the account.
        cost_center: the cost center; or empty.
        amount: a debit above zero, a credit below.
        currency: its currency.
    """

    line: int
    account: str
    cost_center: str
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class TieRow:
    """One account and cost center on both sides; None where a side has no such line."""

    account: str
    cost_center: str
    general_ledger: Decimal | None
    journal: Decimal | None

    @property
    def difference(self) -> Decimal:
        """General ledger less journal."""
        return EXACT.subtract(self.general_ledger or ZERO, self.journal or ZERO)


@dataclass(frozen=True, slots=True)
class CenterRow:
    """The expense of one cost center: journal and cost ledger; None where a side has none."""

    cost_center: str
    journal: Decimal | None
    recorded: Decimal | None

    @property
    def difference(self) -> Decimal:
        """Journal less recorded."""
        return EXACT.subtract(self.journal or ZERO, self.recorded or ZERO)


@dataclass(frozen=True, slots=True)
class Tie:
    """How the books agree.

    Attributes:
        rows: every account and cost center of the journal and of its accounts.
        centers: the expense of every cost center against the cost ledger; empty where that is not
            in the currency of the books.
        other_lines: lines of the general ledger on accounts the journal does not know.
        other_currency: lines of the general ledger in another currency; never added.
        recorded_currencies: the currencies of the cost ledger that are not compared.
    """

    rows: tuple[TieRow, ...]
    centers: tuple[CenterRow, ...]
    other_lines: tuple[Booked, ...]
    other_currency: tuple[Booked, ...]
    recorded_currencies: tuple[str, ...]

    @property
    def differing(self) -> tuple[TieRow, ...]:
        """Accounts that differ, by name."""
        return tuple(one for one in self.rows if one.difference)

    @property
    def holds(self) -> bool:
        """Whether general ledger and journal agree on every account, and nothing was left out."""
        return not self.differing and not self.other_currency


def tie(
    journal: JournalDocument,
    expense_accounts: Iterable[str],
    general_ledger: Iterable[Booked],
    recorded: Mapping[tuple[str, str], Decimal],
) -> Tie:
    """Compare the general ledger with the journal, and the journal with the cost ledger.

    Args:
        journal: the journal of the period.
        expense_accounts: the accounts that take use.
        general_ledger: its lines of the period.
        recorded: the cost ledger of the period, by cost center and currency.
    """
    ours = _journal_totals(journal)
    accounts = {account for account, _ in ours}
    lines = list(general_ledger)
    own = [one for one in lines if one.currency == journal.currency and one.account in accounts]
    theirs: dict[Key, Decimal] = {}
    for one in own:
        _add(theirs, (one.account, one.cost_center), one.amount)
    return Tie(
        tuple(TieRow(*key, theirs.get(key), ours.get(key)) for key in sorted({*ours, *theirs})),
        _centers(ours, set(expense_accounts), recorded, journal.currency),
        tuple(one for one in lines if one.account not in accounts),
        tuple(one for one in lines if one.account in accounts and one not in own),
        tuple(sorted({currency for _, currency in recorded if currency != journal.currency})),
    )


def _journal_totals(journal: JournalDocument) -> dict[Key, Decimal]:
    found: dict[Key, Decimal] = {}
    for entry in journal.entries:
        for line in entry.lines:
            amount = EXACT.subtract(Decimal(line.debit), Decimal(line.credit))
            _add(found, (line.account, line.cost_center), amount)
    return found


def _centers(
    ours: Mapping[Key, Decimal],
    expense_accounts: set[str],
    recorded: Mapping[tuple[str, str], Decimal],
    currency: str,
) -> tuple[CenterRow, ...]:
    own = {center: amount for (center, said), amount in recorded.items() if said == currency}
    if not own:
        return ()
    expense: dict[str, Decimal] = {}
    for (account, center), amount in ours.items():
        if account in expense_accounts:
            expense[center] = EXACT.add(expense.get(center, ZERO), amount)
    return tuple(
        CenterRow(center, expense.get(center), own.get(center))
        for center in sorted({*expense, *own})
    )


def _add(totals: dict[Key, Decimal], key: Key, amount: Decimal) -> None:
    totals[key] = EXACT.add(totals.get(key, ZERO), amount)
