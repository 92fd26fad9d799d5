"""Pages of the simulated log: newest first, capped, inclusive, and shifting under the reader."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import simulator
from simulator.server import Running
from tests.simulator.conftest import LOG, OPERATOR, Asking


@contextmanager
def asked(scenario: str, **changed: Any) -> Iterator[tuple[Running, Asking]]:
    """A world of a scenario and a client of it."""
    with simulator.serve(scenario, **changed) as up:
        client = Asking(up)
        yield up, client
        client.close()


def without_id(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows as the truth states them: the place in the page names nothing."""
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def test_reading_every_page_of_a_still_log_gives_every_row_once(
    up: Running, asking: Asking
) -> None:
    told = simulator.truth(up.world)
    assert without_id(asking.log())[::-1] == list(told.printed)
    assert len(told.rows) == 3 * 400 + 1, "the row of the midnight at the end is there"


def test_a_page_holds_a_hundred_rows_at_most_and_numbers_them_by_place(asking: Asking) -> None:
    page = asking.page(2, 500)
    assert (page["page_size"], len(page["items"])) == (100, 100)
    assert [row["id"] for row in page["items"]] == list(range(1, 101))
    times = [row["created_at"] for row in page["items"]]
    assert times == sorted(times, reverse=True)


def test_both_time_bounds_are_inclusive(up: Running, asking: Asking) -> None:
    told = simulator.truth(up.world)
    at = told.rows[700].at
    first = asking.log(start_timestamp=at)
    last = asking.log(end_timestamp=at)
    both = asking.log(start_timestamp=at, end_timestamp=at)
    assert len(first) + len(last) - len(both) == len(told.rows)
    assert [row["created_at"] for row in both] == [at]


def test_rows_that_arrive_between_two_pages_shift_every_later_page() -> None:
    with asked("shifting", rows_per_day=200, days=2) as (up, client):
        known = len(simulator.truth(up.world).rows)
        read = without_id(client.log())
        texts = [json.dumps(row) for row in read]
        twice = len(texts) - len(set(texts))
        # Seven rows come after each page. Page 1 is read, then pages 2, 3, ... begin seven rows
        # too early each: four further pages of rows, so 4 x 7 rows are read twice and none is lost.
        assert known == 401
        assert twice == 28
        before = [json.dumps(row) for row in simulator.truth(up.world).printed[:known]]
        assert set(before) <= set(texts)
        assert len(simulator.truth(up.world).rows) == known + 6 * 7, "six pages were served"


def test_the_stated_total_stops_at_ten_thousand_and_pages_go_on_behind_it() -> None:
    with asked("plain", rows_per_day=10_200, days=1) as (_, client):
        assert client.page(1, 1)["total"] == 10_000
        assert len(client.page(102, 100)["items"]) == 100
        assert len(client.page(103, 100)["items"]) == 1


def test_in_the_capped_world_nothing_is_given_behind_the_total() -> None:
    with asked("capped", rows_per_day=10_200, days=1) as (_, client):
        assert len(client.page(100, 100)["items"]) == 100
        assert client.page(101, 100)["items"] == []


def test_filters_choose_by_type_key_and_model_and_zero_means_all(
    up: Running, asking: Asking
) -> None:
    rows = simulator.truth(up.world).printed
    key = "research"
    for query, keep in (
        ({"type": 5}, lambda row: row["type"] == 5),
        ({"type": 0}, lambda _: True),
        ({"token_name": key}, lambda row: row["token_name"] == key),
        ({"model_name": "sim-chat%"}, lambda row: row["model_name"].startswith("sim-chat")),
        ({"model_name": "sim-chat"}, lambda _: False),
        (
            {"type": 2, "token_name": "canary", "model_name": "sim-moon-2"},
            lambda row: (
                (row["type"], row["token_name"], row["model_name"]) == (2, "canary", "sim-moon-2")
            ),
        ),
    ):
        expected = [row for row in rows if keep(row)]
        assert without_id(asking.log(**query))[::-1] == expected, query


def test_failed_attempts_share_the_id_of_the_call_that_succeeded(up: Running) -> None:
    by_id: dict[str, list[int]] = {}
    for printed in simulator.truth(up.world).printed:
        if "request_id" in printed:
            by_id.setdefault(printed["request_id"], []).append(printed["type"])
    assert [5, 5, 2] in by_id.values()
    assert [5] in by_id.values(), "a call that failed for good has no consume row"
    assert {tuple(types) for types in by_id.values()} == {(2,), (5,), (5, 5, 2)}


def test_without_error_rows_no_attempt_is_logged() -> None:
    with asked("quiet-errors", days=1) as (up, _):
        assert "rows.error" not in simulator.truth(up.world).sums


def test_a_late_row_shows_up_half_an_hour_after_its_time_and_then_stays() -> None:
    with asked("late", days=1) as (up, client):
        span = {"start_timestamp": up.world.now - 3600, "end_timestamp": up.world.now}
        before = {json.dumps(row) for row in without_id(client.log(**span))}
        up.world.advance(3600)
        after = {json.dumps(row) for row in without_id(client.log(**span))}
        assert before < after


def test_in_the_burst_world_more_rows_than_a_page_holds_carry_one_second() -> None:
    with asked("burst", rows_per_day=1000, days=1) as (up, client):
        at = up.world.times[500]
        assert len(client.log(start_timestamp=at, end_timestamp=at)) == 150


def test_a_changed_price_holds_in_rows_and_catalog_from_its_instant_on() -> None:
    with asked("price-change", days=2) as (up, client):
        change = up.world.log.changes_at
        assert change == up.world.span.opens + 86_400 + 3600
        ratio = {
            row["created_at"] >= change: json.loads(row["other"])["model_ratio"]
            for row in client.log(model_name="sim-chat-4.5", type=2)
        }
        # 1.25 USD per 1M tokens is 0.625 units a token; 1.5 is 0.75.
        assert ratio == {False: 0.625, True: 0.75}
        assert client.get("/api/models").data[0]["pricing"]["input"] == 1.5
        up.world.clock.now = change - 1
        assert client.get("/api/models").data[0]["pricing"]["input"] == 1.25


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    answers = []
    for seed in (1, 1, 2):
        with asked("plain", days=1, seed=seed) as (_, client):
            answers.append(client.get(LOG, {"p": 1, "page_size": 100}).body)
    assert answers[0] == answers[1] != answers[2]


def test_a_wrong_access_token_is_told_so_with_status_200_and_a_missing_one_with_401(
    asking: Asking,
) -> None:
    wrong = asking.get(LOG, credential="invented-wrong")
    assert (wrong.status, wrong.said["success"]) == (200, False)
    assert asking.get(LOG, credential="").status == 401
    assert asking.get("/api/log/", credential=OPERATOR).data["total"] == 1201
    assert asking.get("/api/log/").said["success"] is False, "a user's token is no operator's"


def test_a_world_that_answers_401_does_so(tmp_path: Any) -> None:
    authority = tmp_path / "authority.pem"
    with asked("strict-401", days=1, authority=authority) as (up, client):
        assert up.authority == authority
        assert client.get(LOG, credential="invented-wrong").status == 401


def test_a_scenario_nobody_made_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="no scenario named 'plane'"), simulator.serve("plane"):
        pass


def test_the_export_holds_the_rows_of_the_log_under_columns_marked_as_invented(
    up: Running, asking: Asking
) -> None:
    got = asking.get("/api/log/self/export", {"type": 6})
    lines = got.body.decode().splitlines()
    assert got.headers["Content-Type"].startswith("text/csv")
    assert len(lines) == 1 + simulator.truth(up.world).sums["rows.refund"]
    assert up.world.facts.own["export"]["invented"] is True
