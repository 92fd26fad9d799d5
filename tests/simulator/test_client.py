"""The vendor's own client against the simulator: what it prints is held against the truth.

The client was written by the vendor for the real service. Where it gets what it expects from the
simulator, the simulator answers as the service does, as far as the client looks.
"""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest

import simulator
from simulator.server import Running
from tests.simulator.client_commands import FAILING, OPERATING, READING
from tests.simulator.conftest import Told, newest_and_retried

# One worker runs the client once for all of them.
pytestmark = pytest.mark.slow


def usd(units: int) -> float:
    """Units as the client prints them: a binary float of six decimals."""
    return round(float(Fraction(units, 500_000)), 6)


@pytest.fixture
def said(client: dict[str, list[Told]]) -> dict[str, Told]:
    """What each reading command of a user said."""
    return dict(zip(READING, client["user"], strict=True))


@pytest.fixture
def operator_said(client: dict[str, list[Told]]) -> dict[str, Told]:
    """What each command of an operator said."""
    return dict(zip(OPERATING, client["operator"], strict=True))


def printed_as(row: dict[str, Any]) -> dict[str, Any]:
    """What the client should print of a row, as far as importers read it."""
    other = json.loads(row["other"]) if row["other"] else {}
    names = ("unknown", "topup", "consume", "manage", "system", "error", "refund")
    price = other.get("model_price")
    return {
        "request_id": row.get("request_id"),
        "time": datetime.fromtimestamp(row["created_at"], UTC).isoformat(),
        "type": names[row["type"]],
        "model": row["model_name"] or None,
        "token_name": row["token_name"] or None,
        "prompt_tokens": row["prompt_tokens"],
        "completion_tokens": row["completion_tokens"],
        "cache_tokens": other.get("cache_tokens", 0),
        "quota": row["quota"],
        "cost_usd": usd(row["quota"]),
        "group_ratio": other.get("group_ratio"),
        "model_price": None if price == -1 else price,
        "endpoint": other.get("request_path"),
        "stream": row["is_stream"],
    }


def assert_printed(got: list[dict[str, Any]], rows: list[dict[str, Any]]) -> None:
    """The client printed exactly those rows, newest first."""
    expected = [printed_as(row) for row in reversed(rows)]
    assert [{name: one[name] for name in expected[0]} for one in got] == expected


def test_its_logs_are_the_newest_rows(said: dict[str, Told], up: Running) -> None:
    rows = list(simulator.truth(up.world).printed)
    assert_printed(said["logs"].said, rows[-100:])


def test_its_filters_by_type_and_by_time_choose_what_they_should(
    said: dict[str, Told], up: Running
) -> None:
    rows = simulator.truth(up.world).printed
    assert_printed(said["refunds"].said, [row for row in rows if row["type"] == 6])
    opens = int(datetime(2026, 9, 2, tzinfo=UTC).timestamp())
    hour = [row for row in rows if opens <= row["created_at"] <= opens + 3600]
    assert len(hour) < 20
    assert_printed(said["a day"].said, hour)


def test_its_export_is_the_log_of_one_key(said: dict[str, Told], up: Running) -> None:
    rows = list(csv.DictReader(io.StringIO(said["export"].out)))
    canary = [
        row
        for row in simulator.truth(up.world).printed
        if row["type"] == 2 and row["token_name"] == "canary"  # noqa: S105 - the name of a key
    ]
    assert [int(row["quota"]) for row in rows] == [row["quota"] for row in canary][::-1]


def test_its_model_lists_hold_every_listed_model_and_leave_out_the_hidden_one(
    said: dict[str, Told],
) -> None:
    listed = {row["id"]: row for row in said["models"].said}
    by_key = {row["id"] for row in said["models by key"].said}
    assert len(listed) == 9
    assert "sim-hidden-1" in by_key - set(listed)
    assert "sim-next-1" in set(listed) - by_key
    # It prints the list price and overlooks the ratio: 1.25 where 1.25 x 0.8 = 1 is charged.
    assert listed["sim-chat-4.5"]["pricing"] == "in $1.25/M, out $10/M"
    assert listed["sim-film-2"]["pricing"] == "$0.4/second"
    assert listed["sim-chat-4.5"]["endpoints"] == "openai"


def test_it_finds_a_model_whose_code_is_not_its_id(said: dict[str, Told]) -> None:
    detail = said["model"].said
    assert (detail["id"], detail["code"]) == ("sim-opus-3-20260101", "sim-opus-3")
    assert detail["pricing"]["ratio"] == 0.8


def test_its_balance_counts_what_came_back_and_its_used_quota_does_not(
    said: dict[str, Told], up: Running
) -> None:
    sums = simulator.truth(up.world).sums
    # The credits of 24 blocks: a gift of 5, and each eight 110 + 20 - 5 + 10 - 2 + 3 = 136.
    credited = 5 + 3 * 136
    opening = 400_000_000_000
    balance = said["balance"].said
    assert balance["source"] == "user"
    assert balance["used"] == pytest.approx(usd(sums["units.consume"]))
    assert balance["balance"] == pytest.approx(
        usd(opening + credited * 500_000 - sums["units.net"])
    )
    assert balance["total_topped_up"] == pytest.approx(
        usd(opening + credited * 500_000 + sums["units.refund"])
    ), "overstated by what came back, as documented"
    profile = said["account"].said
    assert profile["used_quota"] == sums["units.consume"]
    assert profile["role"] == 1


def test_its_balance_of_a_key_is_in_cents_and_dollars(said: dict[str, Told], up: Running) -> None:
    rows = [one for one in simulator.truth(up.world).printed if one["token_id"] == 33]
    used = sum(row["quota"] * {2: 1, 6: -1}.get(row["type"], 0) for row in rows)
    told = said["balance of key"].said
    assert told["source"] == "billing"
    assert told["used"] == pytest.approx(usd(used))
    assert told["balance"] == pytest.approx(usd(20_000_000_000 - used))


def test_its_statistics_are_those_of_the_month(said: dict[str, Told], up: Running) -> None:
    sums = simulator.truth(up.world).sums
    told = said["stats"].said
    assert told["month_req_count"] == sums["rows.consume"]
    assert told["month_usage"] == pytest.approx(usd(sums["units.consume"]))


def test_its_tasks_end_as_the_log_says(said: dict[str, Told], up: Running) -> None:
    told = simulator.truth(up.world)
    submitted = [row for row in told.rows if row.role == "task"]
    refunded = {row.task for row in told.rows if row.role == "refund"}
    tasks = said["tasks"].said
    assert [one["quota"] for one in tasks] == [row.quota for row in submitted][::-1]
    assert [one["status"] == "FAILURE" for one in tasks] == [
        row.n in refunded for row in submitted
    ][::-1]
    failed = said["failed tasks"].said
    assert failed == [one for one in tasks if one["status"] == "FAILURE"]
    assert failed


def test_its_keys_are_all_there_and_searched_by_name(said: dict[str, Told]) -> None:
    assert len(said["keys"].said) == 5
    assert {one["name"] for one in said["keys found"].said} == {"prod-search", "prod-support"}


def test_its_doctor_is_content_and_operator_commands_refuse_a_user(said: dict[str, Told]) -> None:
    assert said["doctor"].said["connectivity"]["status"] == "ok"
    assert said["ops by a user"].code == 77
    assert "insufficient_role" in said["ops by a user"].out


def test_its_table_shows_the_page(said: dict[str, Told]) -> None:
    assert said["table"].code == 0
    assert "Usage Logs" in said["table"].out


def test_the_operators_usage_lacks_differences_and_what_was_not_flushed(
    operator_said: dict[str, Told], up: Running
) -> None:
    told = simulator.truth(up.world)
    # Flushed every five minutes: of the midnight at the end nothing is known yet.
    known = [row for row in told.rows if row.type == 2 and row.at < up.world.now]
    calls = [row for row in known if row.role != "difference"]
    usage = operator_said["usage"].said
    assert (usage["source"], usage["quota"]) == ("data_cache", sum(row.quota for row in calls))
    assert usage["request_count"] == len(calls) < len(known)
    by_key = operator_said["key usage"].said
    rows = [one for one in told.printed if one["type"] == 2 and one["token_id"] == 34]
    assert (by_key["source"], by_key["quota"]) == ("log_stat", sum(row["quota"] for row in rows))


def test_the_operators_summary_reads_credits_that_stand_in_words_alone(
    operator_said: dict[str, Told], up: Running
) -> None:
    assert len(operator_said["logs"].said) == simulator.truth(up.world).sums["rows.manage"]
    top_ups = operator_said["top-ups"].said
    assert {(one["money"], one["amount"]) for one in top_ups} == {(100.0, 110)}
    summary = operator_said["summary"].said
    changes = summary["admin_quota_changes"]
    assert changes["count"] == 12
    # Each eight blocks + 20 - 5 + 10 - 2 = + 23, three times.
    assert (changes["increase_usd"], changes["decrease_usd"]) == (90.0, 21.0)
    assert changes["net_usd"] == 69.0
    assert summary["topups"]["success_money"] == 300.0
    assert len(summary["warnings"]) == 1, "every sentence of an operator was understood"


def test_it_looks_up_a_call_and_says_so_where_there_is_none(
    client: dict[str, list[Told]], up: Running
) -> None:
    newest, retried = newest_and_retried(up)
    rows = {one.get("request_id"): one for one in simulator.truth(up.world).printed}
    found, none = client["lookups"]
    assert found.said["quota"] == rows[newest]["quota"]
    assert none.code == 1
    assert json.loads(none.out)["error"]["code"] == "not_found"
    # Older than the page a user's lookup scans; the attempts before it cost nothing.
    (one,) = client["operator lookup"]
    assert (one.said["type"], one.said["request_id"]) == ("consume", retried)
    assert one.said["quota"] == rows[retried]["quota"] > 0


def test_it_reports_each_error_as_an_error_and_the_next_answer_as_an_answer(
    client: dict[str, list[Told]],
) -> None:
    told = client["failing"]
    assert [one.code for one in told] == [1] * len(FAILING) + [0]
    assert all(one.err for one in told[:-1])
