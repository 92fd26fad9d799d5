"""The section of charges says what it rests on: each item, its status, the money (C3, C5).

The calls of the small period: a1 and a3 are recomputed by tokens (8,000 and 3,200 units of
0.000002, so 0.0224), a5 is a task (0.5), and eight rows carry charges, which come to 0.5288.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.contract.flipping import Flipped, contradiction, verification
from tieout.report import html, text
from tieout.report.document import Document, load

ITEMS = ("quota-rounding", "task-rounding", "token-formula", "units-per-usd")
VALUES = ("half_away, unit 1, minimum 1", "truncate per factor", "see claim", "500000")
BEHIND = {"quota-rounding": "0.0224", "task-rounding": "0.5", "token-formula": "0.0224",
          "units-per-usd": "0.5288"}  # fmt: skip


def leans(document: dict[str, Any]) -> dict[str, Any]:
    return {one["item_id"]: one for one in document["charges"]["leans_on"]}


def reloaded(document: dict[str, Any]) -> Document:
    return load(json.dumps(document).encode())


def test_every_item_the_charges_rest_on_is_named_with_its_money(small: Flipped) -> None:
    found = leans(small.before)
    assert tuple(found) == ITEMS
    assert {one["status"] for one in found.values()} == {"unverified"}
    (money,) = found["token-formula"]["at_stake"]
    assert money == {"currency": "USD", "leaning": "0.0224", "change": None}
    assert {name: one["at_stake"][0]["leaning"] for name, one in found.items()} == BEHIND
    # All of these come out whole: a version that cuts charges the same.
    assert found["quota-rounding"]["at_stake"][0]["change"] == "0"
    assert found["task-rounding"]["at_stake"][0]["change"] == "0"


def test_page_and_screen_say_that_the_charges_are_provisional(small: Flipped) -> None:
    document = reloaded(small.before)
    page = html.render(document)
    assert 'id="charge-leans"' in page
    assert page.count("what rests on it is provisional") == len(ITEMS)
    screen = " ".join(text.render(document, 100).split())
    assert "provisional, for they rest on quota-rounding (unverified), task-rounding" in screen


def test_verified_items_leave_nothing_provisional(small: Flipped) -> None:
    entries = [verification(name, value) for name, value in zip(ITEMS, VALUES, strict=True)]
    document = small.document(entries)
    assert {one["status"] for one in leans(document).values()} == {"verified"}
    assert "rests on it is provisional" not in html.render(reloaded(document))
    assert "provisional, for they rest on" not in text.render(reloaded(document), 100)


@pytest.mark.parametrize("name", ["token-formula", "quota-rounding"])
def test_a_contradicted_item_makes_its_charges_unknown_and_claims_no_difference(
    small: Flipped, name: str
) -> None:
    assert "CHARGE_DIFFERS" in {one["code"] for one in small.before["findings"]}
    document = small.document(contradicted=[contradiction(name)])
    assert "CHARGE_DIFFERS" not in {one["code"] for one in document["findings"]}
    (unknown,) = (
        one for one in document["charges"]["agreement"] if one["reason"] == "CONTRACT_CONTRADICTED"
    )
    assert (unknown["formula"], unknown["agreement"], unknown["rows"]) == (
        "tokens", "not_recomputed", 2,
    )  # fmt: skip
    assert (unknown["charged"], unknown["recomputed"]) == ("0.024", None)
    assert unknown["meaning"] == "rests on a contract item that was contradicted"
    assert leans(document)[name]["at_stake"] == [
        {"currency": "USD", "leaning": None, "change": None}
    ]
    assert "what rests on it is unknown" in html.render(reloaded(document))
    (said,) = (one for one in document["findings"] if one["code"] == "CHARGE_NOT_RECOMPUTED")
    assert "rests on a contract item that was contradicted" in said["message"]


def test_a_contradicted_rounding_of_tasks_leaves_the_difference_of_a_call(small: Flipped) -> None:
    document = small.document(contradicted=[contradiction("task-rounding")])
    assert "CHARGE_DIFFERS" in {one["code"] for one in document["findings"]}
    found = {(one["formula"], one["reason"]) for one in document["charges"]["agreement"]}
    assert ("task", "CONTRACT_CONTRADICTED") in found
    assert ("tokens", None) in found
