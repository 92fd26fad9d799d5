"""The [books] table: what is written is what is meant, or it is refused with its setting."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tieout.actions.start import create_workspace
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


def offered(text: str) -> str:
    """The settings with the offered [books] no longer in comments."""
    inside = re.search(r"^# \[books\]\n(?:#.*\n)+", text, flags=re.MULTILINE)
    assert inside is not None
    meant = re.sub(r"^# ?", "", inside[0], flags=re.MULTILINE)
    return text.replace(inside[0], meant)


@pytest.mark.parametrize("from_files", [False, True])
def test_new_settings_offer_books_that_are_read_once_uncommented(
    repo_root: Path, tmp_path: Path, *, from_files: bool
) -> None:
    own = repo_root / "examples" / "own-export"
    files = [own / f"{name}.csv" for name in ("usage", "ledger", "prices")] if from_files else []
    settings = create_workspace(tmp_path / "acme", files).workspace.root / "tieout.toml"
    text = settings.read_text(encoding="utf-8")
    assert read_settings(text.encode()).books == Books()
    assert read_settings(offered(text).encode()).books == Books(
        "USD", 2, "expense", Accounts("6400", "1480", "1576", "6855", "1200"), {"search": "6410"}
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
