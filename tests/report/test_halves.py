"""Booking and billing in every form of the report: plus and minus apart, what cancels by name."""

from __future__ import annotations

from typing import Any

from tests.report.samples import PAYLOAD, raw, reloaded
from tieout.report.html import render as page_of
from tieout.report.text import render as text_of

MONEY = {
    "expected": "100", "billing": "5", "billing_plus": "25", "billing_minus": "-20",
    "charged": "105", "booking": "-5", "booking_plus": "20", "booking_minus": "-25",
    "recorded": "100",
}  # fmt: skip


def bridge(*, cancelling: int, unsplit: int) -> dict[str, Any]:
    return {
        **MONEY,
        "lines": 2,
        "cancelling_lines": cancelling,
        "cancelling_gross": "45" if cancelling else "0",
        "unsplit_lines": unsplit,
        "unsplit_variance": "0.5" if unsplit else "0",
    }


def sample(cancelling: int = 2, unsplit: int = 0, name: str | None = "aster-1") -> dict[str, Any]:
    made = bridge(cancelling=cancelling, unsplit=unsplit)
    named = {**made, "name": name}
    return {
        **raw("full"),
        "halves": [
            {
                **made,
                "currency": "USD",
                "billing_owner": "FinOps",
                "booking_owner": "finance operations",
                "witnesses": "two-way, shared origin",
                "models": [named],
                "cost_centers": [named],
            }
        ],
    }


def test_the_screen_says_where_booking_and_billing_cancel() -> None:
    text = " ".join(text_of(reloaded(sample()), 120).split())
    assert "booking and billing cancel on 2 lines: 45.00 USD gross on either side" in text
    assert "booking and billing cancel" not in text_of(reloaded(sample(cancelling=0)), 120)


def test_the_screen_says_what_is_in_neither_half() -> None:
    text = " ".join(text_of(reloaded(sample(unsplit=3)), 120).split())
    assert "the charge of 3 lines is unknown: +0.50 USD is in neither booking nor billing" in text
    assert "in neither" not in text_of(reloaded(sample()), 120)


def test_the_page_shows_both_bridges_with_their_owners() -> None:
    page = page_of(reloaded(sample()))
    part = page[page.index('id="halves"') : page.index('id="days"')]
    for amount in MONEY.values():
        assert f'value="{amount}"' in part, amount
    assert "<td>FinOps</td>" in part
    assert "<td>finance operations</td>" in part
    assert "two-way, shared origin" in part


def test_a_page_without_any_known_charge_has_no_such_section() -> None:
    assert 'id="halves"' not in page_of(reloaded({**sample(), "halves": []}))


def test_a_hostile_name_stays_a_name() -> None:
    page = page_of(reloaded(sample(name=PAYLOAD)))
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page


def test_two_legs_of_one_file_are_said_on_the_screen() -> None:
    told = sample()
    told["evidence"] = {**told["evidence"], "witnesses": "two-way, shared origin"}
    assert "witnesses    two-way, shared origin" in text_of(reloaded(told), 120)
    assert "shared origin" not in text_of(reloaded(sample()), 120)
