"""The balance on the page: units and their worth with separators, and every digit in the value."""

from __future__ import annotations

from typing import Any

from tests.report.page_reader import read
from tests.report.samples import raw, reloaded
from tieout.report.html import render

CREDITS: dict[str, Any] = {
    "state": "unexplained",
    "unit_value": "0.000002",
    "opening": {
        "read_at": "2026-08-01T00:10:00Z", "read_units": "400000123456", "units": "400000123000",
        "money": "800000.246",
    },
    "closing": {
        "read_at": "2026-09-01T00:10:00Z", "read_units": "400177512223",
        "units": "400177512223", "money": "800355.024446",
    },
    "moved_units": "176389223",
    "unexplained_units": "-1000000",
    "unexplained": "-2000",
    "movements": [
        {
            "window": "period", "kind": "consumption", "funding": "subscription", "movements": 3,
            "units": "0", "money": "0", "charged_units": "-1234567",
        },
    ],
    "use": [],
    "open_at_reading": [{"reading": "closing", "calls": 2, "units": "-7654321"}],
    "tasks_across": [], "tasks_across_of": 0,
    "unconfirmed": [], "unconfirmed_of": 0,
    "stated": [
        {
            "list_id": "0" * 12, "line": 2, "at": "2026-08-02T00:00:00Z", "window": "period",
            "kind": "top_up", "units": "550000000", "cash": "11900.00", "currency": "USD",
            "reference": "R-77", "record": None,
        },
        {
            "list_id": "0" * 12, "line": 3, "at": "2026-08-03T00:00:00Z", "window": "period",
            "kind": "gift", "units": "2500000", "cash": None, "currency": None,
            "reference": None, "record": None,
        },
        {
            "list_id": "0" * 12, "line": 4, "at": "2026-08-04T00:00:00Z", "window": "period",
            "kind": "top_up", "units": "1500000", "cash": None, "currency": None,
            "reference": None, "record": None,
        },
    ],
    "stated_of": 3,
    "doubts": [],
}  # fmt: skip


def test_units_and_money_of_the_balance_have_separators_and_keep_every_digit() -> None:
    sample = raw("full")
    sample["credits"] = CREDITS
    document = reloaded(sample)
    said = {one.attributes["value"]: one.text for one in read(render(document)).of("data")}
    assert {amount: said[amount] for amount in said if amount in _EXPECTED} == _EXPECTED
    # What is written for machines stays as it was.
    assert document.credits is not None
    assert document.credits.closing.read_units == "400177512223"


def test_a_gift_cost_nothing_and_a_top_up_without_its_money_is_unknown() -> None:
    sample = raw("full")
    sample["credits"] = CREDITS
    page = render(reloaded(sample))
    stated = page.partition('id="credit-stated"')[2].partition("</table>")[0]
    rows = stated.split("<tr>")[-3:]
    assert [(">none</span></td><td></td>" in row, ">unknown</span>" in row) for row in rows] == [
        (False, False), (True, False), (False, True),
    ]  # fmt: skip


_EXPECTED = {
    "400000123456": "400,000,123,456",
    "400000123000": "400,000,123,000",
    "800000.246": "800,000.246",
    "400177512223": "400,177,512,223",
    "800355.024446": "800,355.024446",
    "-1000000": "\u22121,000,000",
    "-2000": "\u22122,000",
    "-1234567": "\u22121,234,567",
    "-7654321": "\u22127,654,321",
    "550000000": "+550,000,000",
    "11900.00": "11,900.00",
    "2500000": "+2,500,000",
}
