"""The [books] table: what is written is what is meant, or it is refused with its setting."""

from __future__ import annotations

import pytest

from tieout.credits.books import Accounts, Books
from tieout.errors import ConfigurationRefused
from tieout.workspace.settings import read_settings

WRITTEN = """workspace = "acme"

[books]
functional_currency = "EUR"
decimals = 3
fee = "expense"

[books.accounts]
expense = "6400"
prepaid = "1480"
tax = "1576"
fee = "6855"
bank = "1200"

[books.cost_centers]
ads = "6410"
"""


def test_books_are_read_as_they_are_written() -> None:
    assert read_settings(WRITTEN.encode()).books == Books(
        "EUR", 3, "expense", Accounts("6400", "1480", "1576", "6855", "1200"), {"ads": "6410"}
    )


def test_settings_without_books_are_settings() -> None:
    assert read_settings(b'workspace = "acme"').books == Books()


@pytest.mark.parametrize(
    ("said", "instead", "code", "setting"),
    [
        ('"EUR"', '"Euro"', "CFG_WORD", "books.functional_currency"),
        ("decimals = 3", "decimals = 5", "CFG_RANGE", "books.decimals"),
        ("decimals = 3", "decimals = -1", "CFG_RANGE", "books.decimals"),
        ('fee = "expense"', 'fee = "both"', "CFG_TYPE", "books.fee"),
        ('prepaid = "1480"', 'prepayed = "1480"', "CFG_UNKNOWN_KEY", "books.accounts.prepayed"),
        ('prepaid = "1480"', 'prepaid = " 1480"', "CFG_NAME", "books.accounts.prepaid"),
        ('ads = "6410"', 'ads = ""', "CFG_NAME", "books.cost_centers.ads"),
        ('bank = "1200"', "bank = 1200", "CFG_TYPE", "books.accounts.bank"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused(
    said: str, instead: str, code: str, setting: str
) -> None:
    with pytest.raises(ConfigurationRefused, match=code) as refused:
        read_settings(WRITTEN.replace(said, instead).encode())
    assert refused.value.where[0].startswith(setting)
