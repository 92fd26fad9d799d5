"""The ``[books]`` of the settings: a currency, decimals and accounts that can be meant (B3)."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Final

from tieout.credits.books import MOST_DECIMALS, Books
from tieout.workspace.document import refused

_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_LONGEST: Final = 100


def starter_books() -> str:
    """The ``[books]`` of a new workspace, in comments: nothing in it has a default that books."""
    return (files("tieout.workspace") / "template" / "books.toml").read_text("utf-8")


def check_books(books: Books) -> None:
    """Refuse what cannot be meant; what is left out is asked for when a journal is written.

    Raises:
        ConfigurationRefused: ``CFG_WORD``, ``CFG_RANGE`` or ``CFG_NAME``.
    """
    currency = books.functional_currency
    if currency and _CURRENCY.fullmatch(currency) is None:
        raise refused(
            "CFG_WORD", f"{currency!r} is no currency.", "books.functional_currency",
            "Write its three letters, like EUR.",
        )  # fmt: skip
    if not 0 <= books.decimals <= MOST_DECIMALS:
        raise refused(
            "CFG_RANGE", f"books.decimals is {books.decimals}.", "books.decimals",
            f"Write 0 to {MOST_DECIMALS}.",
        )  # fmt: skip
    accounts = books.accounts
    named = {
        f"books.accounts.{name}": getattr(accounts, name) for name in accounts.__struct_fields__
    }
    for setting, account in named.items():
        if account:
            _require_name(account, setting)
    for cost_center, account in books.cost_centers.items():
        _require_name(account, f"books.cost_centers.{cost_center}")


def _require_name(account: str, setting: str) -> None:
    plain = account.strip() == account and account.isprintable()
    if not account or not plain or len(account) > _LONGEST:
        raise refused(
            "CFG_NAME", f"{setting} is no account.", setting,
            "Write the account as the general ledger names it, in quotes.",
        )  # fmt: skip
