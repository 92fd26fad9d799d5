"""Which seconds are fetched by default or by days, and what counts as a page."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.collection.log_model import FEED, SHAPE
from tests.collection.test_fetching_usage import DAY, SETTINGS, fetch, log_of
from tieout.actions.fetch_span import fetch_span
from tieout.errors import CaptureRefused, ConfigurationRefused
from tieout.metering.collection.page import PageReader
from tieout.metering.collection.window import Window
from tieout.workspace.layout import Workspace

# An hour of settling before noon of the 23rd: the last closed second is 10:59:59.
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CLOSED = int(datetime(2026, 11, 23, 11, tzinfo=UTC).timestamp()) - 1


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "books", SETTINGS)


def test_without_days_it_begins_with_yesterday_and_ends_where_the_log_is_settled(
    workspace: Workspace,
) -> None:
    assert fetch_span(workspace, "log", None, None, NOON) == Window(DAY.first, CLOSED)


def test_without_days_it_goes_on_where_what_is_on_record_ends(workspace: Workspace) -> None:
    fetch(workspace, log_of(0))
    assert fetch_span(workspace, "log", None, None, NOON) == Window(DAY.last + 1, CLOSED)
    # Noon of the day itself: everything that is closed is on record.
    assert fetch_span(workspace, "log", None, None, datetime(2026, 11, 22, 12, tzinfo=UTC)) is None


def test_days_are_those_of_the_reporting_zone_and_end_before_the_last(tmp_path: Path) -> None:
    there = 'workspace = "there"\nzone = "Asia/Shanghai"\n'
    made = Workspace.create(tmp_path / "there", SETTINGS.replace('workspace = "collected"', there))
    # Eight hours before the day of UTC.
    expected = Window(DAY.first - 28_800, DAY.last - 28_800)
    assert fetch_span(made, "log", "2026-11-22", "2026-11-23", NOON) == expected


def test_days_that_are_none_are_refused(workspace: Workspace) -> None:
    with pytest.raises(ConfigurationRefused) as refused:
        fetch_span(workspace, "log", "2026-11-22", "2026-11-22", NOON)
    assert refused.value.code == "CFG_PERIOD"


PAGE = b'{"success": true, "message": "", "data": {"total": 1, "items": [{"created_at": 5}]}}'


def test_a_page_keeps_the_bytes_of_its_rows() -> None:
    page = PageReader(SHAPE, FEED).read(PAGE)
    assert (page.total, page.size) == (1, len(PAGE))
    (row,) = page.rows
    assert (row.second, row.raw) == (5, b'{"created_at": 5}')


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (PAGE.replace(b"true", b"false"), "LOG_NOT_SUCCESS"),
        (PAGE.replace(b'"success": true, ', b""), "LOG_NOT_SUCCESS"),
        (PAGE.replace(b"true", b'"true"'), "LOG_NOT_SUCCESS"),
        (PAGE.replace(b'"total": 1', b'"total": "1"'), "LOG_PAGE"),
        (PAGE.replace(b'"total": 1', b'"total": -1'), "LOG_PAGE"),
        (PAGE.replace(b'"total": 1', b'"total": NaN'), "LOG_PAGE"),
        (PAGE.replace(b'"total": 1', b'"total": 1, "total": 2'), "LOG_PAGE"),
        (PAGE.replace(b'"items"', b'"rows"'), "LOG_PAGE"),
        (PAGE.replace(b'[{"created_at": 5}]', b'{"created_at": 5}'), "LOG_PAGE"),
        (PAGE[:-1], "LOG_PAGE"),
        (b"<!doctype html><title>Sign in</title>", "LOG_PAGE"),
        (b"", "LOG_PAGE"),
        (b"[]", "LOG_NOT_SUCCESS"),
    ],
)
def test_what_is_no_page_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(CaptureRefused) as refused:
        PageReader(SHAPE, FEED).read(body)
    assert refused.value.code == code


def test_a_row_is_known_by_what_the_feed_keeps_and_not_by_its_place() -> None:
    reader = PageReader(SHAPE, FEED)
    first = reader.row(
        b'{"id": 1, "created_at": 5, "quota": 7, "other": "{\\"task_id\\": \\"t\\"}"}'
    )
    again = reader.row(
        b'{"id": 9, "created_at": 5, "quota": 7, "other": "{\\"task_id\\": \\"t\\"}"}'
    )
    other = reader.row(
        b'{"id": 1, "created_at": 5, "quota": 7, "other": "{\\"task_id\\": \\"u\\"}"}'
    )
    assert first.identity == again.identity != other.identity
