"""The journal as text: two columns, and the syntax of plain-text accounting (B3)."""

from __future__ import annotations

import re
from fractions import Fraction

import msgspec

from tests.credits.test_journal import BOOKS, journal
from tests.credits.test_pool import top_up, used
from tieout.credits.books import Books
from tieout.credits.journal_document import JournalDocument, document_of
from tieout.credits.pool import Opening
from tieout.report.journal_text import beancount, two_columns


def document(center: str = "ads", reference: str = "R-1") -> JournalDocument:
    paid = top_up(100, "50", "EUR", reference=reference, movement_id="list line 2")
    return document_of(
        journal([paid], [used(50, center), used(20, "")], Opening(Fraction(100), Fraction(50)))
    )


def test_two_columns_have_debits_left_credits_right_and_equal_sums() -> None:
    assert two_columns(document()).split("\n")[3:] == [
        "",
        "2026-08-03  top-up: 50 EUR  (R-1)",
        "          debit  credit",
        "  1480    50.00",
        "    1200          50.00",
        "          50.00   50.00",
        "",
        "2026-08-31  use of 2026-08",
        "             debit  credit",
        "  6400       10.00          unallocated",
        "  6410  ads  25.00",
        "    1480             35.00",
        "             35.00   35.00",
        "",
    ]


def test_every_transaction_of_the_plain_text_example_adds_up_to_zero() -> None:
    written = beancount(document(), {"6400", "6410"})
    assert "2026-08-03 open Assets:1480 EUR" in written
    assert "2026-08-03 open Expenses:6410 EUR" in written
    for block in written.split("\n\n")[1:]:
        amounts = re.findall(r"^  \S+  (-?[0-9.]+) EUR$", block, re.MULTILINE)
        assert len(amounts) >= 2
        assert sum(map(Fraction, amounts)) == 0
    assert '    cost-center: "ads"' in written
    assert '    note: "unallocated"' in written


def test_a_name_of_the_syntax_is_kept_and_two_others_never_become_one() -> None:
    names = ("Expenses:AI:Gateway", "64 10", "64-10", "64/10", "k\u00e4se")
    accounts = {str(place): name for place, name in enumerate(names)}
    books = replace_books(accounts)
    uses = [used(1, place) for place in accounts]
    found = document_of(journal([], uses, Opening(Fraction(100), Fraction(50)), books))
    written = beancount(found, set(names))
    opened = re.findall(r"^2026-08-31 open (Expenses\S+) EUR$", written, re.MULTILINE)
    assert "Expenses:AI:Gateway" in opened
    assert len(set(opened)) == len(names)
    assert all(re.fullmatch(r"Expenses(:[A-Z0-9][A-Za-z0-9-]*)+", name) for name in opened)


def replace_books(cost_centers: dict[str, str]) -> Books:
    """The books with other accounts for use."""
    return msgspec.structs.replace(BOOKS, cost_centers=cost_centers)


def test_a_text_cannot_end_its_string_or_its_line() -> None:
    written = beancount(document('a"\n2026-01-01 close x\\', 'q"'), {"6410"})
    assert '    cost-center: "a\\"\\\\n2026-01-01 close x\\\\"' in written
    assert not any(line.startswith("2026-01-01") for line in written.split("\n"))
    assert '  reference: "q\\""' in written
    assert "\n2026-01-01" not in two_columns(document("a\n2026-01-01"))
