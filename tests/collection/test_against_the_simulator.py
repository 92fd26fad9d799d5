"""Fetching the log from the simulated vendor, through the guard, as a user would."""

from __future__ import annotations

import io
import json
from collections import Counter

import pyarrow.parquet as pq
import pytest

import simulator
from simulator.facts import invented
from tests.collection.conftest import LEANT_ON, Rehearse
from tieout.cli import main
from tieout.close.run import latest_imports
from tieout.evidence.records import imports
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


def fetched(workspace: Workspace, capsys: pytest.CaptureFixture[str], *words: str) -> dict:
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
        head = workspace.log.head()
        again = fetched(workspace, capsys, *days)
        assert (again["code"], again["recorded"], again["known_seconds"]) == (0, [], 172_800)
        assert workspace.log.head() == head
        token = invented().account["access_token"].encode()
        assert not [p for p in workspace.root.rglob("*") if p.is_file() and token in p.read_bytes()]


def test_an_unverified_item_refuses_the_fetch_by_name(
    rehearse: Rehearse, capsys: pytest.CaptureFixture[str]
) -> None:
    with simulator.serve(rows_per_day=50, days=1) as up:
        workspace = rehearse(up)
        bare = Workspace.create(workspace.root.parent / "bare", workspace.settings_content.decode())
        found = fetched(bare, capsys)
    assert (found["code"], found["refused"]) == (2, "CONTRACT_UNVERIFIED")
    assert sorted(line.split(":")[0] for line in found["where"]) == sorted(LEANT_ON)
