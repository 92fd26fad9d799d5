"""What a decision makes of a run: it settles what its author saw, and nothing else (D16, D19)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.review.books import (
    Books,
    add_month,
    gross,
    groups_of,
    key_of,
    month,
    only_group,
)
from tieout.actions.people import withdraw_ruling
from tieout.errors import ApprovalRefused
from tieout.evidence.canonical import canonical
from tieout.people.record import record_ruling
from tieout.people.ruling import PolicyApproval

# By hand: the third call costs 0.006 and is booked at 0.0061.
ODD = Decimal("0.0001")


def the_slice(report: dict[str, Any]) -> dict[str, Any]:
    (found,) = report["slices"]
    assert isinstance(found, dict)
    return found


def fired(report: dict[str, Any]) -> list[str]:
    return [one["code"] for one in report["summary"]["triggers"] if one["fired"]]


def test_an_accepted_difference_is_approved_and_the_run_verifies(tmp_path: Path) -> None:
    books = month(tmp_path)
    before = books.run("2026-08")
    assert fired(before) == ["unproved_money"]
    assert the_slice(before)["decision"] == "hold"
    group = only_group(before)
    assert (group["status"], group["owner"], group["age_days"]) == ("open", "incident owner", 0)
    decided = books.resolve([group["group_id"]], "accepted")
    assert decided.money == {"USD": (ODD, ODD)}
    after = books.run("2026-08")
    assert only_group(after)["status"] == "accepted"
    assert only_group(after)["group_digest"] == group["group_digest"]
    assert fired(after) == []
    assert the_slice(after)["decision"] == "approve"
    assert the_slice(after)["reason"] == "2 lines tie out, 1 line accepted"
    assert after["summary"]["totals"]["USD"]["withheld"] == "0"
    # Recorded and variance are what they were: a decision is no figure.
    for name in ("recorded", "expected", "variance"):
        assert after["summary"]["totals"]["USD"][name] == before["summary"]["totals"]["USD"][name]
    (said,) = after["review"]["decisions"]
    assert (said["by"], said["reason"], said["state"]) == (["AB"], "seen before", "stands")
    assert said["evidence"][0]["name"] == "mail.txt"
    assert not any("cause group" in reason for reason in after["reasons"])
    assert books.verified()


def test_an_accepted_difference_with_a_cap_does_not_come_back_next_month(tmp_path: Path) -> None:
    books = month(tmp_path)
    group = only_group(books.run("2026-08"))
    books.resolve([group["group_id"]], "accepted", cap="0.0002", expires_on="2026-10-31")
    add_month(books, "2026-09", "0.0062")
    september = books.run("2026-09")
    assert only_group(september)["status"] == "accepted"
    assert only_group(september)["gross"] == "0.0002"
    assert the_slice(september)["decision"] == "approve"
    # Accepted differences accumulate gross: 0.0001 in August and 0.0002 in September (A9).
    assert gross(september) == Decimal("0.0003")
    (accumulated,) = september["review"]["accumulated"]
    assert [one["period"] for one in accumulated["periods"]] == ["2026-08", "2026-09"]
    assert accumulated["above"]
    assert books.verified()
    books.at(datetime(2026, 11, 1, 0, tzinfo=UTC))
    late = only_group(books.run("2026-09"))
    assert (late["status"], late["stale_because"]) == ("stale", "it ended on 2026-10-31")


def test_a_difference_above_the_cap_is_shown_as_stale(tmp_path: Path) -> None:
    books = month(tmp_path)
    group = only_group(books.run("2026-08"))
    books.resolve([group["group_id"]], "accepted", cap="0.0002", expires_on="2026-10-31")
    add_month(books, "2026-09", "0.0063")
    found = only_group(books.run("2026-09"))
    assert found["status"] == "stale"
    assert found["stale_because"] == "it comes to 0.0003 gross, above the cap of 0.0002"


def test_an_accepted_old_price_stands_for_that_price_and_no_other(tmp_path: Path) -> None:
    # Lists that held before July: by hand, a call costs 0.007, 0.008 and 0.005 at them.
    books = Books(tmp_path)
    for day, of_input in ((1, "3"), (10, "4"), (20, "1")):
        books.prices(datetime(2026, 6, day, tzinfo=UTC), of_input)
    add_month(books, "2026-08", "0.007")
    august = only_group(books.run("2026-08"))
    assert (august["cause"], august["proof"]) == ("price_not_in_force", "proved")
    books.resolve([august["group_id"]], "accepted", cap="0.01", expires_on="2027-01-31")
    # The same rates in another capture are the same price.
    books.prices(datetime(2026, 6, 5, tzinfo=UTC), "3")
    found, captures = {}, {august["explanations"][0]["assumed"]}
    for name, booked in (("2026-09", "0.007"), ("2026-10", "0.008"), ("2026-11", "0.005")):
        add_month(books, name, booked)
        group = only_group(books.run(name))
        assert group["group_id"] == august["group_id"]
        found[name] = group["status"], (group["stale_because"] or "").split(' "rates ')[0]
        captures.add(group["explanations"][0]["assumed"])
    assert found == {
        "2026-09": ("accepted", ""),
        "2026-10": ("stale", "it assumes what was not accepted:"),
        "2026-11": ("stale", "lines are below what they should be, and none of those accepted was"),
    }
    # August and September name two captures, and the other prices are two more.
    assert len(captures) == 4
    assert books.verified()


def test_a_ruling_too_large_to_be_read_again_is_not_signed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = month(tmp_path)
    group = only_group(books.run("2026-08"))["group_id"]
    monkeypatch.setattr("tieout.people.record.MOST_BYTES", 100)
    with pytest.raises(ApprovalRefused) as refused:
        books.resolve([group], "accepted")
    assert refused.value.code == "RULING_SIZE"
    monkeypatch.undo()
    assert only_group(books.run("2026-08"))["status"] == "open"
    books.resolve([group], "accepted")


def test_what_an_older_run_found_is_accepted_for_its_own_period_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = month(tmp_path)
    # Runs of before kept no assumptions.
    monkeypatch.setattr(
        "tieout.close.seen_groups.canonical",
        lambda seen: canonical({**msgspec.to_builtins(seen), "groups": [
            {name: value for name, value in one.items() if name != "assumed"}
            for one in msgspec.to_builtins(seen)["groups"]
        ]}),
    )  # fmt: skip
    group = only_group(books.run("2026-08"))["group_id"]
    monkeypatch.undo()
    with pytest.raises(ApprovalRefused) as refused:
        books.resolve([group], "accepted", cap="0.01", expires_on="2026-10-31")
    assert refused.value.code == "DISPOSE_RUN"
    books.resolve([group], "accepted")
    books.run("2026-08")
    books.resolve([group], "accepted", cap="0.01", expires_on="2026-10-31")


def test_an_acceptance_without_a_cap_ends_with_its_period(tmp_path: Path) -> None:
    books = month(tmp_path)
    group = only_group(books.run("2026-08"))
    books.resolve([group["group_id"]], "accepted")
    add_month(books, "2026-09", "0.0061")
    report = books.run("2026-09")
    assert groups_of(report) == {group["group_id"]: "open"}
    # What was accepted in August counts all the same.
    assert gross(report) == ODD


def test_a_decision_goes_stale_when_the_books_change_and_stands_when_they_return(
    tmp_path: Path,
) -> None:
    books = month(tmp_path)
    group = only_group(books.run("2026-08"))
    books.resolve([group["group_id"]], "accepted")
    add_month(books, "2026-08", "0.0064", corrected=True)
    moved = books.run("2026-08")
    found = only_group(moved)
    assert (found["group_id"], found["status"]) == (group["group_id"], "stale")
    assert found["stale_because"].startswith("it came to 0.0001 net, 0.0001 gross, and comes to")
    assert the_slice(moved)["decision"] == "hold"
    assert moved["review"]["decisions"][0]["state"] == "stale"
    assert books.verified()
    # The run that its author saw is not the newest any more.
    seen = moved["summary"]["supersedes"]
    with pytest.raises(ApprovalRefused) as refused:
        books.resolve([group["group_id"]], "accepted", run_id=seen)
    assert refused.value.code == "DISPOSE_STALE"
    add_month(books, "2026-08", "0.0061", corrected=True)
    assert only_group(books.run("2026-08"))["status"] == "accepted"


def test_an_escalated_group_is_decided_and_its_money_stays_withheld(tmp_path: Path) -> None:
    # Booked at twice the price of the call: the ledger entry stands twice, which is a cause.
    books = Books(tmp_path)
    books.calls("2026-08", ("r1", "alpha", "search"), ("r2", "beta", "search"))
    books.booked(
        "2026-08", ("r1", "alpha", "search", "0.006"), ("r1", "alpha", "search", "0.006"),
        ("r2", "beta", "search", "0.006"),
    )  # fmt: skip
    group = only_group(books.run("2026-08"))
    assert group["bucket"] == "usage"
    books.resolve([group["group_id"]], "escalated")
    report = books.run("2026-08")
    assert only_group(report)["status"] == "escalated"
    by_model = {one["source_model_id"]: one for one in report["slices"]}
    assert by_model["alpha"]["decision"] == "investigate"
    assert by_model["alpha"]["reason"] == "1 line is escalated, and the money waits for the answer"
    assert by_model["beta"]["decision"] == "approve"
    assert report["summary"]["totals"]["USD"]["withheld"] == "0.012"
    assert report["reasons"][0] == (
        "1 of 2 slices is not approved: alpha in search, 1 line is escalated, and the money waits"
        " for the answer."
    )
    assert not any("cause group" in reason for reason in report["reasons"])
    assert books.verified()


def test_a_promised_correction_stays_open_until_the_books_show_it(tmp_path: Path) -> None:
    books = month(tmp_path)
    group = only_group(books.run("2026-08"))
    books.resolve([group["group_id"]], "corrected")
    promised = books.run("2026-08")
    assert only_group(promised)["status"] == "correction_due"
    assert the_slice(promised)["decision"] == "hold"
    assert (
        "1 cause group is open." in promised["reasons"] or promised["summary"]["decision"] == "hold"
    )
    add_month(books, "2026-08", "0.006", corrected=True)
    shown = books.run("2026-08")
    assert shown["summary"]["groups"] == []
    (gone,) = shown["review"]["decisions"]
    assert gone["state"] == "gone"


def test_an_adjustment_signed_by_two_closes_the_group_it_corrects(tmp_path: Path) -> None:
    books = month(tmp_path)
    group = only_group(books.run("2026-08"))
    made = books.adjust("2026-08", "-0.0001", group["group_id"])
    waiting = books.run("2026-08")
    totals = waiting["summary"]["totals"]["USD"]
    assert (totals["adjustments"], totals["recorded_after_adjustments"]) == ("0", "0.0181")
    assert only_group(waiting)["status"] == "open"
    assert waiting["review"]["adjustments"][0]["why"] == "it waits for a signature"
    books.checked(made.ruling.ruling_id)
    report = books.run("2026-08")
    totals = report["summary"]["totals"]["USD"]
    assert totals["recorded"] == "0.0181"
    assert totals["adjustments"] == "-0.0001"
    assert totals["recorded_after_adjustments"] == "0.018"
    assert totals["variance"] == "0.0001"
    found = only_group(report)
    assert (found["status"], found["adjusted"], found["left"]) == ("corrected", "-0.0001", "0")
    assert the_slice(report)["reason"] == "2 lines tie out, 1 line corrected"
    steps = [(one["label"], one["kind"], one["amount"]) for one in report["bridge"]]
    assert steps[-3:] == [
        ("recorded", "subtotal", "0.0181"),
        ("adjustments", "step", "-0.0001"),
        ("after adjustments", "end", "0.018"),
    ]
    parts = sum(Decimal(one) for one in report["parts"]["USD"].values())
    assert parts == Decimal(totals["variance"])
    assert books.verified()
    # The books are corrected as well: the adjustment corrects nothing any more, and that is said.
    add_month(books, "2026-08", "0.006", corrected=True)
    twice = books.run("2026-08")
    codes = [one["code"] for one in twice["findings"]]
    assert "ADJUST_APART" in codes


def test_a_withdrawn_decision_settles_nothing_and_is_shown_with_who_took_it_back(
    tmp_path: Path,
) -> None:
    books = month(tmp_path, policy='duties = { disposition = [["finance"]] }')
    policy = books.workspace.store.put(b"{}")
    asked = PolicyApproval(policy, "p2", "more eyes", {"disposition": (("finance",),)})
    made = record_ruling(books.workspace.log, asked, key_of("EF"), books.tick())
    books.checked(made.ruling_id)
    group = only_group(books.run("2026-08"))
    decided = books.resolve([group["group_id"]], "accepted")
    assert decided.ruling is not None
    (waits,) = books.run("2026-08")["review"]["decisions"]
    assert waits["state"] == "waits"
    withdraw_ruling(
        books.workspace, decided.ruling.ruling_id, reason="the wrong mail", key=key_of("AB"),
        at=books.tick(),
    )  # fmt: skip
    report = books.run("2026-08")
    assert only_group(report)["status"] == "open"
    (shown,) = report["review"]["decisions"]
    assert (shown["state"], shown["why"]) == ("withdrawn", "AB withdrew it: the wrong mail")
    assert shown["ruling_id"] == decided.ruling.ruling_id
    assert books.verified()


def test_a_decision_says_nothing_of_money_that_cannot_be_compared(tmp_path: Path) -> None:
    books = Books(tmp_path)
    books.calls("2026-08", ("r1", "alpha", "search"), ("r2", "alpha", "search"),
                ("r3", "Alpha", "search"))  # fmt: skip
    books.booked(
        "2026-08", ("r1", "alpha", "search", "0.006"), ("r2", "alpha", "search", "0.0061"),
        ("r3", "Alpha", "search", "0.01"),
    )  # fmt: skip
    group = only_group(books.run("2026-08"))
    books.resolve([group["group_id"]], "accepted")
    report = books.run("2026-08")
    assert report["summary"]["decision"] == "hold"
    held = {one["source_model_id"]: one["decision"] for one in report["slices"]}
    assert held == {"alpha": "approve", "Alpha": "hold"}
    assert report["summary"]["totals"]["USD"]["withheld"] == "0.01"


def test_a_group_keeps_the_day_it_was_first_seen(tmp_path: Path) -> None:
    books = month(tmp_path, policy="due_days = { otherwise = 5 }")
    first = books.run("2026-08")
    books.at(datetime(2026, 9, 5, 6, tzinfo=UTC))
    later = only_group(books.run("2026-08"))
    assert later["first_seen"] == first["summary"]["as_of"]
    assert (later["age_days"], later["due"]) == (4, "2026-09-06")
    assert books.verified()
