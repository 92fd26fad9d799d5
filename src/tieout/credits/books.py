"""The books a journal is written for: functional currency, accounts, what a fee is (B3)."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, Literal

import msgspec

from tieout.errors import ConfigurationRefused

# A fee of a payment is part of what the credits cost, or an expense of its own.
FeeTreatment = Literal["cost", "expense"]
AccountName = Literal["expense", "prepaid", "tax", "fee", "bank"]
MOST_DECIMALS: Final = 4
_PURPOSE: Final[dict[AccountName, str]] = {
    "expense": "use",
    "prepaid": "prepaid credits",
    "tax": "input tax",
    "fee": "payment fees",
    "bank": "what was paid",
}


class Accounts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The accounts of the general ledger, as it names them.

    Attributes:
        expense: takes what was used.
        prepaid: holds what is bought and not used.
        tax: takes recoverable input tax.
        fee: takes payment fees, where they are an expense.
        bank: paid.
    """

    expense: str = ""
    prepaid: str = ""
    tax: str = ""
    fee: str = ""
    bank: str = ""


class Books(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The accounts and terms of the prepaid journal; without them nothing is booked.

    Attributes:
        functional_currency: the currency the books are kept in, like EUR.
        decimals: how many decimals an amount of the books has.
        fee: whether a payment fee is part of the cost of the credits, or an expense of its own.
        accounts: the accounts.
        cost_centers: by the name of a cost center, the account that takes its use.
    """

    functional_currency: str = ""
    decimals: int = 2
    fee: FeeTreatment | None = None
    accounts: Accounts = Accounts()
    cost_centers: dict[str, str] = {}

    @property
    def step(self) -> Decimal:
        """The smallest amount of the books."""
        return Decimal(1).scaleb(-self.decimals)

    def account(self, name: AccountName, cost_center: str = "") -> str:
        """The account of that name; use of a cost center may have one of its own.

        Raises:
            ConfigurationRefused: ``BOOKS_ACCOUNT``: the settings name none.
        """
        found: str = getattr(self.accounts, name)
        if name == "expense":
            found = self.cost_centers.get(cost_center, found)
        if not found:
            raise ConfigurationRefused(
                "BOOKS_ACCOUNT",
                f"The settings name no account for {_PURPOSE[name]}.",
                where=(f"books.accounts.{name}",),
                remedy=f'Write {name} = "ACCOUNT" under [books.accounts] in tieout.toml.',
            )
        return found

    def require(self) -> None:
        """Refuse books without a currency, without a word on fees, or with prepaid in two roles.

        Raises:
            ConfigurationRefused: ``BOOKS_TERMS`` or ``BOOKS_PREPAID``.
        """
        if not self.functional_currency:
            raise _terms("functional_currency", 'functional_currency = "EUR"')
        if self.fee is None:
            raise _terms("fee", 'fee = "cost", or fee = "expense"')
        held = self.accounts
        others = (held.expense, held.tax, held.fee, held.bank, *self.cost_centers.values())
        if held.prepaid and held.prepaid in others:
            raise ConfigurationRefused(
                "BOOKS_PREPAID",
                f"The account {held.prepaid} holds prepaid credits and something else.",
                where=("books.accounts.prepaid",),
                remedy="Give prepaid credits an account of their own; what is left is read off it.",
            )


def _terms(setting: str, example: str) -> ConfigurationRefused:
    return ConfigurationRefused(
        "BOOKS_TERMS",
        f"The settings do not say the {setting.replace('_', ' ')} of the books.",
        where=(f"books.{setting}",),
        remedy=f"Write it under [books] in tieout.toml, like {example}.",
    )
