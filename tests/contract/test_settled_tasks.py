"""Tasks of the vendor's log that came to another charge than was reserved, and their rule (U2).

By hand: two images reserved at 0.5 each, one settled at 0.3, one at 0.55. They are 1.0 by the price
and 0.85 by the charge and the books. The small period beside them has 0.524 of calls that count.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.contract.small_period import AS_OF, call, contradict, made, report, verify
from tieout.actions.price_use import used_prices
from tieout.actions.records import import_files
from tieout.contract.candidate import read_candidates
from tieout.vendors_path import vendor_facts
from tieout.workspace.layout import Workspace

ITEM = "billing-task-settled"
RESERVED = {"is_task": True, "cache_tokens": 0, "model_price": 0.5, "group_ratio": 1}


def settled(number: int, task: str, units: int, to: int, **said: Any) -> dict[str, Any]:
    other = {**RESERVED, "task_id": task, "pre_consumed_quota": 250_000, "actual_quota": to}
    return call(number, "image", quota=units, request_id=None, other=other, **said)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    found = made(tmp_path)
    rows = [
        call(10, "image", quota=250_000, other={**RESERVED, "task_id": "less"}),
        call(11, "image", quota=250_000, other={**RESERVED, "task_id": "more"}),
        settled(12, "less", 100_000, 150_000, type=6),
        settled(13, "more", 25_000, 275_000),
    ]
    log, books = tmp_path / "tasks.json", tmp_path / "tasks.csv"
    log.write_text(json.dumps({"success": True, "data": {"items": rows}}))
    books.write_text(
        "id,at,model,team,cost\n"
        "a10,2026-08-03T10:30:00Z,image,team,0.3\na11,2026-08-03T10:30:00Z,image,team,0.55\n"
    )
    list(import_files(found, "usage", [log], operator="AB", at=AS_OF))
    list(import_files(found, "ledger", [books], operator="AB", at=AS_OF))
    return found


def totals(document: dict[str, Any]) -> tuple[Decimal, Decimal]:
    told = document["summary"]["totals"]["USD"]
    return Decimal(told["expected"]), Decimal(told["low"])


def lines(document: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    return {
        line["line_key"].removeprefix("id:"): (line["variance"], line["cause"])
        for line in document["lines"]
        if line["line_key"] in {"id:a10", "id:a11"}
    }


def stake(document: dict[str, Any]) -> list[tuple[str, str]]:
    (found,) = (i for i in document["evidence"]["contract_items"] if i["item_id"] == ITEM)
    return [(one["leaning"], one["change"]) for one in found["at_stake"]]


def test_until_the_rule_is_verified_what_was_settled_is_a_range(workspace: Workspace) -> None:
    found = report(workspace)
    # The reserved charges count; what came back and what was added is in the range.
    assert totals(found) == (Decimal("1.524"), Decimal("1.324"))
    assert lines(found) == {
        "a10": ("-0.2", "settlement_booked"),
        "a11": ("0.05", "settlement_booked"),
    }
    (line,) = (one for one in found["lines"] if one["line_key"] == "id:a10")
    assert [(r["meter"], r["unit_rate"], r["cost"], r["locator"]) for r in line["rates"]] == [
        ("requests", "0.5", "0.5", "/data/2/pricing/per_request"),
        ("settlement", None, "-0.2", None),
    ]
    # Both count, so that neither hides the other.
    assert stake(found) == [("0.25", "0.25")]
    (doubt,) = (one for one in found["doubts"] if one["reason"] == "billing:settled")
    assert (doubt["below"], doubt["above"], doubt["rows"]) == ("0.2", "0.05", 2)
    (trigger,) = (t for t in found["summary"]["triggers"] if t["code"] == "unverified_billing")
    # The failed calls, 0.004 and 0.0008; what was added here, and what came off.
    assert (trigger["fired"], trigger["money"]) == (True, "0.2548")


def test_verified_tasks_cost_what_they_came_to(workspace: Workspace) -> None:
    verify(workspace, ITEM, value="billable")
    found = report(workspace)
    assert totals(found) == (Decimal("1.374"), Decimal("1.374"))
    assert lines(found) == {}
    (model,) = (one for one in found["models"] if one["source_model_id"] == "image")
    assert (model["expected"], model["charged"]) == ("1.35", "1.35")
    # Three calls of 0.5 and what has a price; what settled two of them has none.
    (image,) = (p for p in used_prices(workspace).prices if p.source_model_id == "image")
    assert (image.meter, image.expected) == ("requests", "1.5")


def test_once_the_rule_is_verified_their_slice_is_approved(workspace: Workspace) -> None:
    leaned = [one.item_id for one in read_candidates(vendor_facts(), "cometapi") if one.leans]
    verify(workspace, *(item for item in leaned if not item.startswith("billing-")))
    for item in ("billing-failed", "billing-retried", "billing-partial", "billing-task-failed"):
        verify(workspace, item, value="not billable")
    assert image_slice(report(workspace)) == "investigate"
    verify(workspace, ITEM, value="billable")
    assert image_slice(report(workspace)) == "approve"


def image_slice(document: dict[str, Any]) -> str:
    (found,) = (one for one in document["slices"] if one["source_model_id"] == "image")
    return str(found["decision"])


def test_verified_otherwise_tasks_cost_what_was_reserved(workspace: Workspace) -> None:
    verify(workspace, ITEM, value="not billable")
    found = report(workspace)
    assert totals(found) == (Decimal("1.524"), Decimal("1.524"))
    assert {cause for _, cause in lines(found).values()} == {"settlement_booked"}


def test_a_contradicted_rule_decides_nothing(workspace: Workspace) -> None:
    before = report(workspace)
    contradict(workspace, ITEM)
    assert totals(report(workspace)) == totals(before)
