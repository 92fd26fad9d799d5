"""Windows of a log are read whole or named: the laws of slicing, against a model of the log."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.collection.log_model import LogModel, row, said
from tieout.errors import CaptureRefused
from tieout.metering.collection.by_name import Filter
from tieout.metering.collection.reading import ReadSlice, Unread, slices
from tieout.metering.collection.settled import Limits
from tieout.metering.collection.window import Window, merged, missing

LIMITS = Limits(total_rows=20, longest=64)


def kept(found: list[ReadSlice | Unread]) -> Counter[str]:
    return said(
        json.loads(one.raw) for part in found if isinstance(part, ReadSlice) for one in part.rows
    )


def covered(found: list[ReadSlice | Unread]) -> list[int]:
    return [second for one in found for second in range(one.window.first, one.window.last + 1)]


@st.composite
def logs(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows over some 100 seconds, many in one second, some without an id and equal to the byte."""
    seconds = draw(st.lists(st.integers(900, 1_060), max_size=90))
    busy = draw(st.lists(st.tuples(st.integers(995, 1_045), st.integers(1, 24)), max_size=3))
    seconds += [second for second, times in busy for _ in range(times)]
    nameless = draw(st.sets(st.integers(0, 20)))
    return [
        row(n, second) if n not in nameless else row(0, second, request_id=None, task=True)
        for n, second in enumerate(seconds)
    ]


@pytest.mark.law
@given(rows=logs(), inclusive=st.booleans(), page_rows=st.integers(1, 8))
@settings(max_examples=150)
def test_every_row_is_read_once_or_its_second_is_named(
    rows: list[dict[str, Any]], inclusive: bool, page_rows: int
) -> None:
    log = LogModel(rows, page_rows=page_rows, inclusive=inclusive)
    gap = Window(1_000, 1_040)
    found = list(slices(log, gap, LIMITS))
    assert covered(found) == list(range(1_000, 1_041))
    expected = log.truth(gap)
    for one in found:
        if isinstance(one, Unread):
            # Only a second at the cap, alone or with its neighbours, may be left out.
            assert one.window.seconds == 1
            assert (
                log.truth(one.window.widened(0 if inclusive else 1)).total() >= 20 or not inclusive
            )
            expected -= log.truth(one.window)
    assert kept(found) == expected


@pytest.mark.law
@given(
    rows=logs(),
    arriving=st.lists(st.tuples(st.integers(1, 30), st.integers(990, 1_050)), max_size=6),
)
@settings(max_examples=150)
def test_rows_that_arrive_between_pages_lose_and_repeat_nothing(
    rows: list[dict[str, Any]], arriving: list[tuple[int, int]]
) -> None:
    def arrive(log: LogModel, pages: int) -> None:
        log.rows += [
            row(1_000 + n, second) for n, (at, second) in enumerate(arriving) if at == pages
        ]

    before = said(one for one in rows)
    log = LogModel(list(rows), on_page=arrive)
    gap = Window(1_000, 1_040)
    found = list(slices(log, gap, LIMITS))
    unread = sum((log.truth(one.window) for one in found if isinstance(one, Unread)), Counter())
    got = kept(found)
    inside = said(one for one in log.rows if gap.holds(one["created_at"]))
    # What was there from the start is there; nothing is there that the log does not have.
    assert not (Counter({k: min(n, before[k]) for k, n in inside.items()}) - got - unread)
    assert not got - inside


def test_a_full_second_is_named_and_everything_around_it_is_read() -> None:
    rows = [row(n, 1_010) for n in range(25)] + [row(100 + n, 1_000 + n) for n in range(20)]
    log = LogModel(rows)
    found = list(slices(log, Window(1_000, 1_019), LIMITS))
    unread = [one for one in found if isinstance(one, Unread)]
    assert [(one.window, one.code) for one in unread] == [(Window(1_010, 1_010), "LOG_SECOND_FULL")]
    assert kept(found) == log.truth(Window(1_000, 1_009)) + log.truth(Window(1_011, 1_019))


def test_a_second_just_below_the_cap_is_read() -> None:
    log = LogModel([row(n, 1_010) for n in range(19)])
    found = list(slices(log, Window(1_010, 1_010), LIMITS))
    assert kept(found) == log.truth(Window(1_010, 1_010))


def test_equal_rows_without_an_id_are_both_kept() -> None:
    # Two settlements of one task may say the same to the byte; each is a row of the vendor's.
    twice = [row(0, 1_000 + n // 2, request_id=None, task=True) for n in range(14)]
    log = LogModel(twice, page_rows=3)
    found = list(slices(log, Window(990, 1_020), LIMITS))
    assert kept(found).total() == 14


def test_a_log_that_never_stands_still_is_named_not_cut() -> None:
    def always(log: LogModel, pages: int) -> None:
        log.rows.append(row(5_000 + pages, 1_000))

    log = LogModel([row(n, 1_000) for n in range(7)], on_page=always, total_rows=10_000)
    found = list(slices(log, Window(1_000, 1_000), Limits(total_rows=10_000)))
    assert [one.code for one in found if isinstance(one, Unread)] == ["LOG_UNSETTLED"]


def test_the_vendors_clock_closes_a_window_as_well_as_ours() -> None:
    clock = datetime.fromtimestamp(1_030, UTC)
    log = LogModel([row(n, 1_000 + n) for n in range(40)], clock=clock)
    limits = Limits(total_rows=20, longest=10, settle=timedelta(seconds=10))
    found = list(slices(log, Window(1_000, 1_039), limits))
    # The vendor's clock says 1030; only what ended before 1020 is closed.
    assert covered(found) == list(range(1_000, 1_020))


def test_a_log_that_ignores_the_window_is_refused() -> None:
    class Deaf(LogModel):
        def answer(self, _asked: Window, number: int, chosen: Any) -> bytes:
            return super().answer(Window(0, 9_999), number, chosen)

    with pytest.raises(CaptureRefused) as refused:
        list(slices(Deaf([row(1, 5)]), Window(1_000, 1_010), LIMITS))
    assert refused.value.code == "LOG_BOUNDS"


@pytest.mark.law
@given(
    asked=st.tuples(st.integers(0, 30), st.integers(0, 30)),
    read=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=6),
)
def test_missing_and_read_seconds_make_up_what_was_asked(
    asked: tuple[int, int], read: list[tuple[int, int]]
) -> None:
    span = Window(min(asked), max(asked))
    windows = [Window(min(one), max(one)) for one in read]
    have = {second for one in windows for second in range(one.first, one.last + 1)}
    wanted = set(range(span.first, span.last + 1))
    gaps = [second for one in missing(span, windows) for second in range(one.first, one.last + 1)]
    assert gaps == sorted(wanted - have)
    assert {s for one in merged(windows) for s in range(one.first, one.last + 1)} == have


BY_MODEL = Filter("model_name", lambda one: json.loads(one.raw)["model_name"])
BY_TYPE = Filter("type", lambda one: str(json.loads(one.raw)["type"]), ("2", "5", "6"), ("0",))


def test_a_full_second_is_read_by_the_names_its_rows_have() -> None:
    # 60 rows in one second, where the count stops at 20: by type 15 and 45, those by model 15 each.
    rows = [row(n, 1_010, type=6) for n in range(15)]
    rows += [row(100 + n, 1_010, model_name=f"model-{n % 3}") for n in range(45)]
    log = LogModel(rows)
    (found,) = slices(log, Window(1_010, 1_010), LIMITS, (BY_TYPE, BY_MODEL))
    assert isinstance(found, ReadSlice)
    assert found.by_name
    assert kept([found]) == log.truth(Window(1_010, 1_010))


@pytest.mark.parametrize("name", ["100%", "", None])
def test_a_full_second_with_a_name_that_cannot_be_asked_for_is_left_out(name: str | None) -> None:
    # 45 rows; the last 20, which are in sight, do not all have a name that a filter can be given.
    rows = [row(n, 1_010, model_name=name if n > 40 else "model-a") for n in range(45)]
    (found,) = slices(LogModel(rows), Window(1_010, 1_010), LIMITS, (BY_MODEL,))
    assert isinstance(found, Unread)


def test_parts_that_do_not_hold_what_was_in_sight_are_not_believed() -> None:
    class Forgetful(LogModel):
        def answer(self, asked: Window, number: int, chosen: Any) -> bytes:
            # A filter that the vendor reads otherwise: nothing has that name.
            return super().answer(asked, number, {"model_name": "none"} if chosen else {})

    rows = [row(n, 1_010, model_name=f"model-{n % 3}") for n in range(45)]
    (found,) = slices(Forgetful(rows), Window(1_010, 1_010), LIMITS, (BY_MODEL,))
    assert isinstance(found, Unread)
