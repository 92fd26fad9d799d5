"""The vendor's own sums: each is right about what it counts and disagrees as documented."""

from __future__ import annotations

import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta, timezone

import pytest

import simulator
from simulator.server import Running
from simulator.world import Wanted
from tests.simulator.conftest import API_KEY, OPERATOR, Asking

USD_PER_UNIT = 0.000002


def test_the_statistic_sums_consume_rows_whatever_type_is_asked_for(
    up: Running, asking: Asking
) -> None:
    told = simulator.truth(up.world)
    for query in ({}, {"type": 2}, {"type": 6}):
        assert asking.get("/api/log/self/stat", query).data["quota"] == told.sums["units.consume"]
    first, last = told.rows[100].at, told.rows[300].at
    part = asking.get(
        "/api/log/self/stat", {"start_timestamp": first, "end_timestamp": last, "type": 6}
    ).data
    assert part["quota"] == sum(row.quota for row in told.between(first, last) if row.type == 2)
    assert part["rpm"] == 1, "the row of midnight: of the last minute, whatever was asked"


def test_hour_buckets_hold_calls_alone_and_lack_what_was_not_flushed(
    up: Running, asking: Asking
) -> None:
    told = simulator.truth(up.world)
    expected: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in told.rows:
        if row.type == 2 and row.role != "difference" and row.at < up.world.now:
            bucket = expected[row.at // 3600 * 3600, up.world.log.models[row.model].id]
            bucket[0] += 1
            bucket[1] += row.quota
    got = asking.get("/api/data/self", {"start_timestamp": up.world.span.opens}).data
    assert {
        (one["created_at"], one["model_name"]): [one["count"], one["quota"]] for one in got
    } == (expected)
    total = sum(one["quota"] for one in got)
    assert total < told.sums["units.consume"]


def test_hour_buckets_of_more_than_a_month_are_refused_to_a_user_only(asking: Asking) -> None:
    assert asking.get("/api/data/self").said["success"] is False
    assert asking.get("/api/data/", credential=OPERATOR).data


@pytest.mark.parametrize(("scenario", "hours"), [("plain", 0), ("shanghai", 8)])
def test_the_days_of_the_quota_service_begin_where_the_scenario_says(
    scenario: str, hours: int
) -> None:
    with simulator.serve(scenario) as other:
        client = Asking(other)
        got = client.get(
            "/user/quota",
            {"key": API_KEY, "start_date": "2026-09-02", "end_date": "2026-09-02"},
            credential="",
        ).said
        client.close()
        zone = timezone(timedelta(hours=hours))
        opens = datetime(2026, 9, 2, tzinfo=zone)
        day = simulator.truth(other.world).between(
            int(opens.timestamp()), int(opens.timestamp()) + 86_399
        )
    (told,) = got["daily_quota"].values()
    units = sum(row.quota for row in day if row.type == 2)
    assert sum(one["quota_used"] for one in told) == pytest.approx(units * USD_PER_UNIT)
    assert {one["remain_quota"] for one in got["keys"] if one["name"].startswith("prod")} == {-1}


def test_the_quota_service_wants_a_key_and_gives_days_only_for_two_dates(asking: Asking) -> None:
    assert asking.get("/user/quota", credential="").status == 401
    assert asking.get("/user/quota", {"key": "sk-invented-wrong"}, credential="").status == 401
    got = asking.get("/user/quota", {"key": API_KEY, "start_date": "2026-09-02"}).said
    assert "daily_quota" not in got
    assert asking.get("/user/quota", {"key": API_KEY, "start_date": "x"}).status == 400


def test_a_keys_own_quota_is_in_units(up: Running, asking: Asking) -> None:
    got = asking.get("/api/usage/token", credential=API_KEY).said
    rows = [one for one in simulator.truth(up.world).printed if one["token_id"] == 33]
    used = sum(row["quota"] * {2: 1, 6: -1}.get(row["type"], 0) for row in rows)
    assert got["code"] is True
    assert (got["data"]["total_used"], got["data"]["total_granted"]) == (used, 20_000_000_000)


def test_time_that_passes_brings_rows_and_moves_the_sums() -> None:
    with simulator.serve(days=1) as other:
        before = simulator.truth(other.world).sums
        other.world.advance(3600)
        after = simulator.truth(other.world).sums
        client = Asking(other)
        got = client.get("/api/log/self/stat").data["quota"]
        client.close()
    assert before["units.consume"] < after["units.consume"] == got


def test_a_clock_with_a_speed_lets_rows_come_in_by_itself() -> None:
    with simulator.serve(days=1, rows_per_day=4000, speed=100_000) as other:
        began = time.monotonic()
        while other.world.now < other.world.span.closes + 3600:
            assert time.monotonic() - began < 10
        assert len(other.world.select(Wanted())) > 4000 + 100


def test_the_midnight_row_is_of_the_next_day(up: Running) -> None:
    last = simulator.truth(up.world).rows[-1]
    assert datetime.fromtimestamp(last.at, UTC) == datetime(2026, 9, 4, tzinfo=UTC)
