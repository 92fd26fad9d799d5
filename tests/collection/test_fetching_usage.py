"""Collecting a log into a workspace: interrupted anywhere, every row is on record once."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pyarrow.parquet as pq
import pytest

from tests.collection.log_model import LogModel, row
from tieout.actions.fetched_windows import fetched_windows, gaps_between, windows_on_record
from tieout.actions.usage_fetch import FetchInterrupted, FetchOrder, FetchResult, fetch_usage
from tieout.close.on_record import latest_imports
from tieout.errors import CaptureRefused
from tieout.evidence.records import imports
from tieout.evidence.verify import verify_store
from tieout.metering.collection.batch import Origin
from tieout.metering.collection.by_name import Filter
from tieout.metering.collection.page import Chosen, Page
from tieout.metering.collection.window import Window
from tieout.workspace.layout import Workspace

# 2026-11-22, in seconds; the clock stands at noon of the next day.
DAY = Window(1_795_305_600, 1_795_305_600 + 86_399)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SETTINGS = """
workspace = "collected"

[collecting]
batch_rows = 100

[usage.log]
format = "json"
records_at = ["data.items"]
nested_json = ["other"]
model = "model_name"
time = { column = "created_at", form = "epoch_seconds" }
request_id = "request_id"
task_id = "other.task_id"
row_type = "type"
row_kinds = { "2" = "consumption", "5" = "consumption", "6" = "refund" }
outcome = { column = "type", values = { "2" = "completed", "5" = "failed", "6" = "completed" } }
charged = { column = "quota", currency = "USD", unit_value = "0.000002" }
"""


class Log(LogModel):
    """The model as a vendor's log that an action can read."""

    filters: tuple[Filter, ...] = ()
    origin = Origin("https://vendor.example/log", "data.items", {"endpoint-log": "an address"})


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "books", SETTINGS)


def log_of(count: int, **other: object) -> Log:
    draw = Random(7)  # noqa: S311 - the same log every time
    seconds = sorted(draw.randrange(DAY.first, DAY.last + 1) for _ in range(count))
    rows = [
        row(n, second) if n % 10 else row(n, second, request_id=None, type=6, task=True)
        for n, second in enumerate(seconds)
    ]
    return Log(rows, **other)  # type: ignore[arg-type]


def fetch(workspace: Workspace, log: Log, **other: object) -> FetchResult:
    order = FetchOrder("log", "AB", **{"asked": DAY, **other})  # type: ignore[arg-type]
    return fetch_usage(workspace, log, order, clock=lambda: NOW)


def on_record(workspace: Workspace) -> Counter[tuple[str, str]]:
    """The rows in force, by request or task id and second."""
    found: Counter[tuple[str, str]] = Counter()
    for one in latest_imports(imports(workspace.log)):
        table = pq.read_table(io.BytesIO(workspace.store.get(one.records_object)))
        for record in table.to_pylist():
            found[record["request_id"] or record["other.task_id"], record["created_at"]] += 1
    return found


def expected(log: Log) -> Counter[tuple[str, str]]:
    return Counter(
        (one["request_id"] or f"t{number}", str(one["created_at"]))
        for number, one in enumerate(log.rows)
    )


def interrupting(pages: int) -> Callable[[LogModel, int], None]:
    def stop(_log: LogModel, answered: int) -> None:
        if answered == pages:
            raise KeyboardInterrupt

    return stop


def test_a_day_is_on_record_once_and_a_second_fetch_changes_nothing(workspace: Workspace) -> None:
    log = log_of(300)
    first = fetch(workspace, log)
    assert on_record(workspace) == expected(log)
    assert windows_on_record(fetched_windows(workspace)) == (DAY,)
    # 300 rows in batches of 100 or more, and a rest: no more entries than that.
    assert 1 < len(first.recorded) <= 300 // 100 + 1
    head = workspace.log.head()
    second = fetch(workspace, log)
    assert (second.recorded, second.known, workspace.log.head()) == ([], DAY.seconds, head)


def test_an_interrupted_fetch_keeps_what_was_read_whole(workspace: Workspace) -> None:
    log = log_of(300, on_page=interrupting(65))
    with pytest.raises(FetchInterrupted):
        fetch(workspace, log)
    kept = on_record(workspace)
    assert 0 < kept.total() < 300
    log.on_page = lambda _log, _pages: None
    fetch(workspace, log)
    assert on_record(workspace) == expected(log)
    assert not gaps_between(fetched_windows(workspace))


def test_a_token_that_runs_out_in_mid_fetch_ends_it_and_loses_nothing(workspace: Workspace) -> None:
    class Expiring(Log):
        def answer(self, asked: Window, number: int, chosen: Chosen) -> bytes:
            if self.pages == 65:
                self.pages += 1
                # As the vendor does: HTTP 200, and the flag says that it failed.
                return b'{"success": false, "message": "access token invalid"}'
            return super().answer(asked, number, chosen)

    log = Expiring(log_of(300).rows)
    with pytest.raises(CaptureRefused) as refused:
        fetch(workspace, log)
    assert refused.value.code == "LOG_NOT_SUCCESS"
    assert 0 < on_record(workspace).total() < 300
    fetch(workspace, log)
    assert on_record(workspace) == expected(log)


def test_a_row_that_arrives_late_replaces_the_window_it_belongs_to(workspace: Workspace) -> None:
    log = log_of(100)
    fetch(workspace, log)
    entries = len(imports(workspace.log))
    log.rows.append(row(100, DAY.first + 43_300, type=5, quota=0))
    again = fetch(workspace, log)
    assert on_record(workspace) == expected(log)
    assert len(again.recorded) == 1
    assert len(imports(workspace.log)) == entries + 1
    verify_store(workspace.store, workspace.log)


def test_rows_that_the_vendor_no_longer_shows_stay_on_record(workspace: Workspace) -> None:
    log = log_of(100)
    fetch(workspace, log)
    before = expected(log)
    del log.rows[10:30]
    again = fetch(workspace, log)
    assert on_record(workspace) == before
    assert again.fewer
    assert not again.recorded


def test_an_empty_day_is_on_record_as_complete(workspace: Workspace) -> None:
    fetch(workspace, log_of(0))
    assert windows_on_record(fetched_windows(workspace)) == (DAY,)
    assert not on_record(workspace)


def test_two_empty_days_are_two_windows(workspace: Workspace) -> None:
    log = log_of(0)
    earlier = Window(DAY.first - 86_400, DAY.first - 1)
    fetch(workspace, log, asked=earlier)
    fetch(workspace, log)
    assert windows_on_record(fetched_windows(workspace)) == (Window(earlier.first, DAY.last),)


def test_a_full_second_leaves_a_gap_that_is_named(workspace: Workspace) -> None:
    log = log_of(60)
    full = DAY.first + 1_000
    log.rows += [row(1_000 + n, full) for n in range(25)]
    found = fetch(workspace, log)
    assert [one.window for one in found.unread] == [Window(full, full)]
    assert gaps_between(fetched_windows(workspace)) == (Window(full, full),)


def test_reading_again_replaces_every_window_of_the_day(workspace: Workspace) -> None:
    log = log_of(100)
    first = fetch(workspace, log)
    again = fetch(workspace, log, again=True)
    assert on_record(workspace) == expected(log)
    assert len(again.recorded) == len(first.recorded)


def test_a_process_that_was_overtaken_records_nothing_twice(workspace: Workspace) -> None:
    log = log_of(30)

    class Overtaking(Log):
        def page(self, asked: Window, number: int, chosen: Chosen) -> Page:
            if not self.pages:
                fetch(workspace, log)
            return super().page(asked, number, chosen)

    found = fetch(workspace, Overtaking(log.rows))
    assert on_record(workspace) == expected(log)
    assert found.recorded == []
