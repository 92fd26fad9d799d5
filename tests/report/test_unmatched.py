"""Unmatched items on the page and on the screen: state, money, age, and both places."""

from __future__ import annotations

from typing import Any

import pytest

from tests.report.page_reader import read
from tests.report.samples import PAYLOAD, amounts, raw, reloaded
from tieout.report.html import render
from tieout.report.text import render as text_of
from tieout.report.unmatched_text import unmatched_lines

_TOTAL = {
    "period": "2026-07", "origin": "carried", "side": "usage", "state": "open", "landed_in": None,
    "title": "alpha: not in the ledger", "source_model_id": "alpha", "cost_center": "search",
    "project": None, "group_id": "0123456789ab", "group_status": "open", "items": 3,
    "amount": "-1.2345678", "currency": "USD", "first_day": "2026-07-03", "landed_day": None,
    "first_run": "aaaaaaaaaaaa", "first_seen": "2026-08-02T09:00:00Z", "age_days": 43,
}  # fmt: skip
_ITEM = {
    "period": "2026-07", "run": "aaaaaaaaaaaa", "line_key": "id:r9", "side": "usage",
    "day": "2026-07-03", "source_model_id": "alpha", "cost_center": "search",
    "amount": "-0.3000001", "currency": "USD", "state": "cleared", "first_run": "aaaaaaaaaaaa",
    "first_seen": "2026-08-02T09:00:00Z", "age_days": 43, "landed_in": "period",
    "landed_line": "id:r9", "landed_day": "2026-08-20", "landed_import": "cccccccccccc",
    "landed_file": "ledger.csv",
}  # fmt: skip


def sample(**changed: Any) -> dict[str, Any]:
    totals = [
        _TOTAL,
        {
            **_TOTAL,
            "state": "disposed",
            "group_status": "accepted",
            "group_id": "1",
            "items": 1,
            "age_days": 9,
        },
        {**_TOTAL, "state": "cleared", "landed_in": "late", "items": 2, "amount": "-7"},
        {**_TOTAL, "side": "ledger", "amount": "0.5", "items": 1, "age_days": 1},
    ]
    return {
        **raw("full"),
        "unmatched": {"totals": totals, "items": [_ITEM], "of": 7, **changed},
    }


def test_a_line_of_the_screen_says_items_period_money_state_and_age() -> None:
    lines = unmatched_lines(reloaded(sample()), 120)
    assert [line.strip().removeprefix("unmatched    ") for line in lines] == [
        "2 usage items of 2026-07, -7.00 USD, cleared by a counterpart that came late",
        "1 ledger item of 2026-07, +0.50 USD, open, the oldest 1 day old",
        "3 usage items of 2026-07, -1.23 USD, open, the oldest 43 days old",
        "1 usage item of 2026-07, -1.23 USD, without a counterpart, decided, the oldest 9 days old",
    ]
    assert "\n".join(lines) in text_of(reloaded(sample()), 120)


def test_every_amount_and_both_places_stand_on_the_page() -> None:
    page = read(render(reloaded(sample())))
    shown = " ".join(page.words)
    values = {element.attributes["value"] for element in page.of("data")}
    for amount in amounts(sample()["unmatched"]):
        assert amount in values or amount in shown, amount
    for said in ("id:r9", "2026-08-20", "ledger.csv, import cccccccccccc", "1 of 7 are shown"):
        assert said in shown, said


def test_a_report_without_items_has_no_section() -> None:
    for content in (raw("full"), sample(totals=[], items=[], of=0)):
        assert "unmatched" not in {
            one.attributes.get("id") for one in read(render(reloaded(content))).of("h2")
        }
        assert unmatched_lines(reloaded(content), 100) == []


@pytest.mark.parametrize("width", [40, 80])
def test_hostile_text_adds_no_tag_and_no_wide_line(width: int) -> None:
    attacked = sample(
        totals=[{**_TOTAL, "title": PAYLOAD, "period": PAYLOAD, "cost_center": PAYLOAD}],
        items=[{**_ITEM, "line_key": PAYLOAD, "landed_line": PAYLOAD, "landed_file": PAYLOAD}],
    )
    plain = {element.tag for element in read(render(reloaded(sample()))).elements}
    found = read(render(reloaded(attacked)))
    assert {element.tag for element in found.elements} <= plain
    lines = unmatched_lines(reloaded(attacked), width)
    assert max(map(len, lines)) <= width
    assert not any(sign in "".join(lines) for sign in "\x1b\x00\u202e")
