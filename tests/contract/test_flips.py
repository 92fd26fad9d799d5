"""Flipping the status of an item changes exactly what depends on it, item by item (C3).

The whole run document is compared, and what may change is written down here. Calls of the small
period: a1 to a3 are chat (in tokens, with a ratio), a4 opus, a5 and a6 image (a call, no ratio).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from tests.contract.flipping import Flipped, contradiction, items_changed, places, verification
from tieout.contract.candidate import read_candidates
from tieout.contract.leaning import figures
from tieout.vendors_path import vendor_facts

ITEMS: Final = {one.item_id: one for one in read_candidates(vendor_facts(), "cometapi")}

# Each run has its own identity; the record of the item itself is compared apart.
IDENTITY: Final = {"evidence.manifest_sha256", "evidence.contract_items", "summary.run_id"}
ITEM_3: Final = {"checklist.3"}
# Sums, states and pages that follow from amounts of lines; each may move, none must.
DERIVED: Final = (
    "summary.totals", "summary.rows", "summary.ledger_rows", "summary.buckets", "summary.groups",
    "summary.triggers", "summary.result_digest", "summary.decision", "bridge.", "coverage.",
    "days.", "cost_centers.", "projects.", "parts.", "not_comparable.", "reasons.", "findings.",
    "evidence.control_totals", "evidence.grades", "evidence.statements", "truncated.lines",
    "completeness.models", "charges.models", "charges.agreement",
    "unmatched.", "halves.", "claims.", "effects.", "doubts.",
)  # fmt: skip


@dataclass(frozen=True)
class Moves:
    """What a flip moves: lines and models by name, checklist items, and sums that must move."""

    lines: set[str] = field(default_factory=set)
    models: set[str] = field(default_factory=set)
    checklist: set[int] = field(default_factory=set)
    must: set[str] = field(default_factory=set)


CHAT: Final = {"a1", "a2", "a3"}
IMAGE: Final = {"a5", "a6"}
TOTALS: Final = {"summary.totals", "summary.result_digest"}
CHARGES: Final = {"charges.agreement", "charges.models"}
# a3 is charged otherwise than its ratios give; where they may not be used, nothing differs.
DIFFERS: Final = {"findings.CHARGE_DIFFERS", "charges.differing", "charges.differing_of"}
NO_CHARGES: Final = {*TOTALS, *CHARGES, *DIFFERS}
WAITS: Final = {*TOTALS, "summary.rows", "findings.CONTRACT_CONTRADICTED"}
NOTHING: Final = Moves()

CONTRADICTED: Final = {
    # Charges are unknown: lines that are shown lose theirs, expected does not move.
    "units-per-usd": Moves({"a2", "a4"}, {"chat", "image", "opus"}, must=NO_CHARGES),
    # The charges stand; what the frozen ratios make of them is unknown.
    "token-formula": Moves(must=CHARGES | DIFFERS),
    "quota-rounding": Moves(must=CHARGES | DIFFERS),
    # The task of a5 alone; a3 differs as before.
    "task-rounding": Moves(must=CHARGES),
    "catalog-price-meaning": Moves(CHAT, {"chat"}, {7, 11}, WAITS),
    "catalog-price-without-ratio": Moves(IMAGE, {"image"}, {7}, WAITS),
    "price-unit-tokens": Moves(CHAT, {"chat"}, {7, 11}, WAITS),
    "price-unit-media": Moves(IMAGE, {"image"}, {7}, WAITS),
    "currency": Moves(CHAT | IMAGE, {"chat", "image"}, {1, 7, 11, 13}, WAITS),
    "log-row-types": Moves(CHAT | IMAGE | {"a4"}, {"chat", "image"}, {1, 7, 11, 13}, WAITS),
    "created-at-is-end": Moves(CHAT | IMAGE | {"a4"}, {"chat", "image"}, {1, 7, 11, 13}, WAITS),
    "use-time-seconds": Moves(CHAT | IMAGE | {"a4"}, {"chat", "image"}, {1, 7, 11, 13}, WAITS),
    # Only the call with cached tokens; it waited for a price before and waits for this now.
    "cache-semantics": Moves({"a4"}, set(), set(), WAITS - {"summary.totals"}),
    # A rule that fell decides nothing, as before: the range stays.
    "billing-failed": NOTHING, "billing-retried": NOTHING, "billing-partial": NOTHING,
    "billing-task-failed": NOTHING, "billing-task-settled": NOTHING,
}  # fmt: skip
BILLABLE: Final = {
    # a2 is one open line before and after: its halves cancel, or it is booked for nothing.
    "billing-failed": Moves({"a2"}, {"chat"}, set(), TOTALS),
    "billing-retried": Moves({"a3"}, {"chat"}, {11}, TOTALS),
    "billing-task-failed": Moves({"a5"}, {"image"}, {11}, TOTALS),
    "billing-partial": NOTHING,
    "billing-task-settled": NOTHING,
}
NOT_BILLABLE: Final = {
    # Expected was zero and stays zero; what narrows is the high end, what changes is the cause.
    "billing-failed": Moves({"a2"}, set(), set(), {"findings.NOT_BILLABLE"}),
    "billing-retried": Moves(set(), set(), set(), {"findings.NOT_BILLABLE"}),
    "billing-task-failed": Moves(set(), set(), set(), {"findings.NOT_BILLABLE"}),
    "billing-partial": NOTHING,
    "billing-task-settled": NOTHING,
}
# What charged and recomputed rest on; the section of charges names each with its status.
RECOMPUTED: Final = {
    name for name, one in ITEMS.items() if any(x.startswith("charged:") for x in one.leans)
}
# Nothing in the period leans on these: no call was partial, timed out or cancelled, and no task was
# settled at another charge (test_settled_tasks has some).
UNUSED: Final = {"billing-partial", "billing-task-settled"}
LEANED: Final = {name for name, one in ITEMS.items() if figures(one.leans) and name not in UNUSED}


def moved(before: dict[str, Any], after: dict[str, Any], name: str, moves: Moves) -> None:
    """The documents differ where it is written, and nowhere else."""
    assert items_changed(before, after) == {name}
    found = places(before, after) - IDENTITY
    if name in LEANED:
        assert found >= ITEM_3
        found -= ITEM_3
    if name in RECOMPUTED:
        assert "charges.leans_on" in found
        found -= {"charges.leans_on"}
    slices = {place for place in found if place.startswith("slices.")}
    assert {place.removeprefix("slices.") for place in slices} <= moves.models | _ranges(name)
    lines = {place.removeprefix("lines.id:") for place in found if place.startswith("lines.")}
    assert lines == moves.lines
    models = {place.removeprefix("models.") for place in found if place.startswith("models.")}
    assert models == moves.models
    numbers = {int(place[10:]) for place in found if place.startswith("checklist.")}
    assert numbers == moves.checklist
    assert found >= moves.must
    rest = {
        place
        for place in found - slices - moves.must
        if not place.startswith(("lines.", "models.", "checklist.", *DERIVED))
    }
    assert rest == set()
    if moves == NOTHING:
        assert found == set()


def _ranges(name: str) -> set[str]:
    """A slice whose high end narrows is decided anew, though its amounts stand."""
    return {"image"} if name == "billing-task-failed" else set()


@pytest.mark.parametrize("name", ITEMS)
def test_verifying_an_item_moves_what_it_decides_and_nothing_else(
    small: Flipped, name: str
) -> None:
    before = small.before
    if ITEMS[name].form == "billing":
        for value, told in (("billable", BILLABLE), ("not billable", NOT_BILLABLE)):
            moved(before, small.document([verification(name, value)]), name, told[name])
        return
    value = ITEMS[name].value or "as the agreement says"
    moved(before, small.document([verification(name, value)]), name, NOTHING)


@pytest.mark.parametrize("name", ITEMS)
def test_contradicting_an_item_withdraws_what_leans_on_it_and_nothing_else(
    small: Flipped, name: str
) -> None:
    after = small.document(contradicted=[contradiction(name)])
    moved(small.before, after, name, CONTRADICTED.get(name, NOTHING))


@pytest.mark.parametrize("name", ITEMS)
def test_an_expired_proof_decides_nothing(small: Flipped, name: str) -> None:
    value = {"billing": "billable"}.get(ITEMS[name].form, ITEMS[name].value or "as said")
    said = verification(name, value, recheck_at="2026-08-05T08:59:00Z")
    after = small.document([said])
    moved(small.before, after, name, NOTHING)
    (record,) = (i for i in after["evidence"]["contract_items"] if i["item_id"] == name)
    assert record["status"] == "expired"


def test_the_result_digest_moves_only_with_a_figure(small: Flipped) -> None:
    before = small.before["summary"]["result_digest"]
    verified = [verification(n, one.value or "x") for n, one in ITEMS.items() if n == "currency"]
    assert small.document(verified)["summary"]["result_digest"] == before
    rule = verification("billing-failed", "billable")
    assert small.document([rule])["summary"]["result_digest"] != before


def test_every_item_a_figure_leans_on_is_told_here() -> None:
    leaning = {name for name, one in ITEMS.items() if figures(one.leans)}
    assert set(CONTRADICTED) == leaning
    assert set(BILLABLE) == {name for name, one in ITEMS.items() if one.form == "billing"}
