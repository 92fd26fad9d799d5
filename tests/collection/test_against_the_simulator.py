"""Fetching the log from the simulated vendor, through the guard, as a user would."""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pyarrow.parquet as pq
import pytest

import simulator
from simulator.facts import invented
from tests.collection.conftest import LEANT_ON, TOKEN_VARIABLE, Rehearse
from tests.fetching.canary import files_of, forms
from tieout.actions.usage_fetch import FetchOrder, fetch_usage
from tieout.actions.vendor_log import open_log
from tieout.cli import main
from tieout.close.on_record import latest_imports
from tieout.errors import CaptureRefused
from tieout.evidence.records import imports
from tieout.metering.collection.window import Window
from tieout.workspace.layout import Workspace

FIRST, LAST = "2026-09-01", "2026-09-03"


def on_record(workspace: Workspace) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for one in latest_imports(imports(workspace.log)):
        table = pq.read_table(io.BytesIO(workspace.store.get(one.records_object)))
        for row in table.to_pylist():
            found[tuple(str(row[name]) for name in ("created_at", "type", "quota"))] += 1
            found["id", str(row["request_id"] or row["other.task_id"])] += 1
    return found


def really(up: simulator.Running, first: int, last: int) -> Counter[tuple[str, ...]]:
    told = simulator.truth(up.world)
    found: Counter[tuple[str, ...]] = Counter()
    for row, printed in zip(told.rows, told.printed, strict=True):
        if first <= row.at <= last:
            found[str(row.at), str(row.type), str(row.quota)] += 1
            other = json.loads(printed["other"]) if printed.get("other") else {}
            found["id", str(printed.get("request_id") or other.get("task_id"))] += 1
    return found


def fetched(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], *words: str
) -> dict[str, Any]:
    code = main(
        ["usage", "fetch", "--by", "AB", "--json", "--workspace", str(workspace.root), *words]
    )
    told = json.loads(capsys.readouterr().out)
    return {"code": code, **told}


def test_two_days_come_whole_and_a_second_fetch_changes_nothing(
    rehearse: Rehearse, capsys: pytest.CaptureFixture[str]
) -> None:
    with simulator.serve(rows_per_day=700, days=3) as up:
        workspace = rehearse(up)
        days = ("--from", FIRST, "--until", LAST)
        found = fetched(workspace, capsys, *days)
        assert found["code"] == 0, found
        opens = up.world.span.opens
        assert on_record(workspace) == really(up, opens, opens + 2 * 86_400 - 1)
        # A rehearsal can never pass for the vendor's own log.
        for one in imports(workspace.log):
            assert any(note.startswith("LOCAL_RESOLUTION") for note in one.notes)
        head = workspace.log.head()
        again = fetched(workspace, capsys, *days)
        assert (again["code"], again["recorded"], again["known_seconds"]) == (0, [], 172_800)
        assert workspace.log.head() == head
        written = forms(invented().account["access_token"])
        kept = list(files_of(workspace.root))
        assert not [name for name, blob in kept if any(form in blob for form in written)]


def test_an_unverified_item_refuses_the_fetch_by_name(
    rehearse: Rehearse, capsys: pytest.CaptureFixture[str]
) -> None:
    with simulator.serve(rows_per_day=50, days=1) as up:
        workspace = rehearse(up)
        bare = Workspace.create(workspace.root.parent / "bare", workspace.settings_content.decode())
        found = fetched(bare, capsys)
    assert (found["code"], found["refused"]) == (2, "CONTRACT_UNVERIFIED")
    assert sorted(line.split(":")[0] for line in found["where"]) == sorted(LEANT_ON)


def test_the_vendors_sums_agree_or_say_which_trap(
    rehearse: Rehearse, capsys: pytest.CaptureFixture[str]
) -> None:
    with simulator.serve(rows_per_day=700, days=3) as up:
        workspace = rehearse(up)
        # The second day: a task of it may be settled, but none was submitted before the history.
        found = fetched(workspace, capsys, "--from", "2026-09-02", "--until", LAST)
        opens = up.world.span.opens + 86_400
        rows = simulator.truth(up.world).between(opens, opens + 86_399)
    (day,) = found["counted"]
    assert (day["witness"], day["open"]) == ("same vendor", 0)
    # What a settlement takes more; what it gives back is a refund, which no hour knows either.
    more = [row for row in rows if row.role == "difference" and row.type == 2]
    settled = {(row.at // 3_600, row.model) for row in more}
    assert day["explained"] == len(settled) > 0
    assert {hour["reason"] for hour in day["hours"]} == {
        "the vendor's hours leave out rows that settle a task"
    }
    # Type 2 alone and no refund off, as the item on the sum says.
    assert day["sum"]["our_units"] == sum(row.quota for row in rows if row.type == 2)
    assert day["sum"]["is_open"] is False


def test_a_fetch_goes_on_without_the_vendors_sums_and_says_so(
    rehearse: Rehearse, capsys: pytest.CaptureFixture[str]
) -> None:
    with simulator.serve(rows_per_day=50, days=1) as up:
        workspace = rehearse(up, sums=False)
        found = fetched(workspace, capsys, "--from", FIRST, "--until", "2026-09-02")
    assert (found["code"], found["rows"], found["counted"]) == (0, 50, [])
    assert "endpoint-aggregates" in found["warnings"][0]


def test_a_check_shows_windows_gaps_and_the_vendors_count(
    rehearse: Rehearse, capsys: pytest.CaptureFixture[str]
) -> None:
    with simulator.serve(rows_per_day=100, days=3) as up:
        workspace = rehearse(up)
        for first, until in ((FIRST, "2026-09-02"), (LAST, "2026-09-04")):
            fetched(workspace, capsys, "--from", first, "--until", until)
    main(["usage", "check", "--json", "--workspace", str(workspace.root)])
    (found,) = json.loads(capsys.readouterr().out)["fetched"]
    assert found["windows"] == [
        {"from": "2026-09-01T00:00:00Z", "until": "2026-09-02T00:00:00Z"},
        {"from": "2026-09-03T00:00:00Z", "until": "2026-09-04T00:00:00Z"},
    ]
    assert found["gaps"] == [{"from": "2026-09-02T00:00:00Z", "until": "2026-09-03T00:00:00Z"}]
    assert [one["from"] for one in found["counted"]] == [
        "2026-09-01T00:00:00Z",
        "2026-09-03T00:00:00Z",
    ]
    main(["usage", "check", "--workspace", str(workspace.root)])
    shown = capsys.readouterr().out
    assert "gaps between them: 2026-09-02 00:00Z until 2026-09-03 00:00Z" in shown
    assert "vendor count, same vendor" in shown


def test_a_token_that_the_vendor_refuses_is_a_letter(
    rehearse: Rehearse, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with simulator.serve(rows_per_day=50, days=1) as up:
        workspace = rehearse(up)
        monkeypatch.setenv(TOKEN_VARIABLE, "canary-0123456789abcdef")
        found = fetched(workspace, capsys, "--from", FIRST, "--until", "2026-09-02")
    # HTTP 200 and the flag says that it failed.
    assert (found["code"], found["refused"]) == (7, "LOG_NOT_SUCCESS")
    assert "canary" not in json.dumps(found)


def test_errors_that_may_be_asked_again_and_broken_answers_lose_nothing(
    rehearse: Rehearse,
) -> None:
    waits: list[int] = []
    with simulator.serve("flaky", rows_per_day=2_000, days=2) as up:
        workspace = rehearse(up)
        opened = open_log(workspace, None, datetime.now(UTC))
        # The waits are counted, not waited.
        opened.log.guard = replace(opened.log.guard, sleep=waits.append)
        opens = up.world.span.opens
        order = FetchOrder("log", "AB", Window(opens, opens + 86_399))
        fetch_usage(workspace, opened.log, order)
        assert on_record(workspace) == really(up, opens, opens + 86_399)
    # 21 pages, an error after every three: 429 asks for two seconds, the others for growing waits.
    assert len([wait for wait in waits if wait >= 500]) >= 5


def test_a_service_that_never_stops_refusing_ends_the_fetch(rehearse: Rehearse) -> None:
    with simulator.serve(rows_per_day=50, days=1) as up:
        workspace = rehearse(up)
        opened = open_log(workspace, None, datetime.now(UTC))
        waits: list[int] = []
        opened.log.guard = replace(opened.log.guard, sleep=waits.append)
        up.world.fail_next("429", times=50)
        opens = up.world.span.opens
        with pytest.raises(CaptureRefused) as refused:
            fetch_usage(workspace, opened.log, FetchOrder("log", "AB", Window(opens, opens + 9)))
    assert refused.value.code == "HTTP_RETRY_CAP"
    assert len(waits) >= 3
    assert not imports(workspace.log)
