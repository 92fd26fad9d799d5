"""What rows about the account say: the sentences of the vendor data on the texts of two worlds."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tieout.credits.movement_list import read_movements
from tieout.credits.movement_text import LONGEST, AccountRow, Proposal, proposed, read_sentences
from tieout.report.credit_csv import proposal_csv

UNIT = Decimal("0.000002")
AT = datetime(2026, 8, 3, 9)  # noqa: DTZ001 (naive UTC, as the tables hold it)


def said(repo_root: Path, row_type: str, text: str) -> Proposal:
    sentences = read_sentences((repo_root / "vendors/cometapi/credit-texts.toml").read_bytes())
    return proposed(AccountRow("0123456789ab:1", row_type, AT, text, "USD"), sentences, UNIT)


@pytest.mark.parametrize(
    ("row_type", "text", "kind", "units"),
    [
        # The four sentences that the official client reads.
        ("3", "Admin increased user quota by $20.000000", "adjustment", 10_000_000),
        ("3", "Admin decreased user quota by $5.000000", "adjustment", -2_500_000),
        ("3", "Admin changed user quota from $100.000000 to $110.000000", "adjustment", 5_000_000),
        ("3", "Admin overrode user quota from $100.000000 to $98.000000", "adjustment", -1_000_000),
        ("1", "Topped up $110.000000, paid $100.000000", "top_up", 55_000_000),
        ("1", "Redeemed a code worth $3.000000", "bonus", 1_500_000),
        ("4", "Sign-up gift of $5.000000", "gift", 2_500_000),
        ("1", "top-up of 2000.00 USD", "top_up", 1_000_000_000),
        ("3", "quota increased by 1.000000 USD", "adjustment", 500_000),
    ],
)
def test_a_known_sentence_is_read_as_units(
    repo_root: Path, row_type: str, text: str, kind: str, units: int
) -> None:
    found = said(repo_root, row_type, text)
    assert (found.kind, found.units) == (kind, units)


def test_what_was_paid_is_not_what_was_granted(repo_root: Path) -> None:
    assert said(repo_root, "1", "Topped up $110.000000, paid $100.000000").paid == Decimal(100)


@pytest.mark.parametrize(
    ("row_type", "text"),
    [
        ("3", "an operator had a look"),
        ("1", "Admin increased user quota by $20"),  # a sentence of another type of row
        ("4", "Sign-up gift of $five"),
        ("3", "Admin changed user quota from $1.0000001 to $2"),  # no whole number of units
        ("3", ""),
    ],
)
def test_what_cannot_be_read_leaves_the_units_open(
    repo_root: Path, row_type: str, text: str
) -> None:
    assert said(repo_root, row_type, text).units is None


def test_long_words_are_for_a_person_to_read(repo_root: Path) -> None:
    sentence = "Topped up $110.000000, paid $100.000000"
    assert said(repo_root, "1", sentence.ljust(LONGEST)).units == 55_000_000
    assert said(repo_root, "1", sentence.ljust(LONGEST + 1)).units is None


def test_a_completed_proposal_is_read_back(repo_root: Path) -> None:
    text = proposal_csv([said(repo_root, "1", "Topped up $110.000000, paid $100.000000")])
    (one,) = read_movements(text.encode(), "list.csv")
    assert (one.units, one.cash, one.currency) == (55_000_000, Decimal(100), "USD")
    assert (one.record, one.at) == ("0123456789ab:1", AT)


def test_words_that_a_spreadsheet_would_run_do_not(repo_root: Path) -> None:
    text = proposal_csv([said(repo_root, "3", '=HYPERLINK("http://x.example")')])
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["note"].startswith("'=")
    assert (row["units"], row["kind"]) == ("", "")
