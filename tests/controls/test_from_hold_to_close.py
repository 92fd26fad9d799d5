"""A day with a real variance, from its first run to its close: nothing is skipped (V5, A3)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.controls.office import (
    AS_OF,
    PERIOD,
    WRONG_LEDGER,
    key_of,
    made,
    ran,
    signed,
    written,
)
from tieout.actions.checklist import answer_item
from tieout.actions.closing import verify
from tieout.actions.disposing import assign_groups, resolve_groups
from tieout.actions.signing_off import close_period, show_approval
from tieout.errors import Refusal
from tieout.people.ruling import SignOff

pytestmark = pytest.mark.slow


def test_a_variance_is_owned_decided_signed_by_two_and_closed(tmp_path: Path) -> None:
    """r1 was booked at 0.4 for 0.3: one cause group of 0.1, which finance accepts."""
    office = made(tmp_path, ledger=WRONG_LEDGER)
    first = ran(office).summary
    (group,) = first["groups"]
    assert (first["decision"] != "approve", group["net"]) == (True, "0.1")
    shown = [written(tmp_path, "page.html", "the price page")]
    later = AS_OF + timedelta(minutes=1)
    answer_item(office, 3, "yes", detail="read it", key=key_of("AB"), evidence=shown, at=later)
    resolve_groups(
        office, [group["group_id"]], disposed="accepted", reason="small and known",
        evidence=shown, key=key_of("EF"), at=later,
    )  # fmt: skip
    assert ran(office, 2).summary["decision"] == "approve"
    with pytest.raises(Refusal) as refused:
        signed(office, "AB", "prepared")
    assert (refused.value.code, refused.value.where) == (
        "APPROVE_OPEN", (f"cause group {group['group_id']} has no owner",),
    )  # fmt: skip
    assign_groups(office, [group["group_id"]], owner="AB", key=key_of("AB"), at=later)
    prepared = signed(office, "AB", "prepared").ruling.document
    assert isinstance(prepared, SignOff)
    (exception,) = prepared.exceptions
    assert group["group_id"] in exception
    assert "accepted" in exception
    signed(office, "CD", "checked")
    done = close_period(office, PERIOD, key=key_of("GH"), at=AS_OF + timedelta(hours=2))
    assert (done.state.state, done.state.still_open) == ("closed", ())
    assert verify(office, show_approval(office).facts.record.run_id, threads=1).agrees
