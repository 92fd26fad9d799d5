"""What a period leaves unmatched is cleared where its counterpart lands, by later runs (D25)."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq
import pytest

from tests.scenarios.storyteller import STORIES, tell
from tieout.actions.closing import run, verify
from tieout.close.left_items import ITEM_FIELDS, read_items
from tieout.close.run import RunResult
from tieout.close.run_facts import stored_manifest
from tieout.close.runs import find_run
from tieout.close.sign_off import sign_off_content
from tieout.errors import IntegrityRefused
from tieout.evidence.records import runs
from tieout.packing.check import check_pack
from tieout.packing.container import unpacked
from tieout.packing.make import make_pack
from tieout.workspace.layout import Workspace

pytestmark = pytest.mark.slow

_PERFORMED = "import duckdb; duckdb.connect().execute(open('run.sql', encoding='utf-8').read())"


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """August left r1 and r2 without an entry; September's books hold r1."""
    folder = tmp_path_factory.mktemp("story") / "workspace"
    tell(STORIES / "call_booked_a_month_later", folder)
    return folder


@pytest.fixture
def told(story: Path, tmp_path: Path) -> Workspace:
    """A copy of the story that a test may go on with."""
    shutil.copytree(story, tmp_path / "workspace")
    return Workspace.open(tmp_path / "workspace")


def again(workspace: Workspace, period: str, as_of: str) -> RunResult:
    return run(workspace, period, operator="job", as_of=datetime.fromisoformat(as_of), threads=1)


def items(result: RunResult) -> dict[tuple[str, str], dict[str, Any]]:
    found = msgspec.json.decode(result.document)["unmatched"]["items"]
    return {(one["period"], one["line_key"]): one for one in found}


def test_a_rerun_comes_to_the_same_and_remembers_the_first_run(told: Workspace) -> None:
    _, september = runs(told.log)
    rerun = again(told, "2026-09", "2026-10-05T09:00:00Z")
    assert rerun.summary["result_digest"] == september.result_digest
    found = items(rerun)
    assert found["2026-08", "id:r1"]["state"] == "cleared"
    assert found["2026-08", "id:r2"]["age_days"] == 46  # 20 August to 5 October
    assert verify(told, rerun.run_id, threads=1).agrees


def test_the_period_that_left_the_items_does_not_move(told: Workspace) -> None:
    august, _ = runs(told.log)
    assert verify(told, august.run_id, threads=1).agrees
    rerun = again(told, "2026-08", "2026-10-05T09:00:00Z")
    before = msgspec.json.decode(find_run(told, august.run_id).report_path.read_bytes())
    for figure in ("totals", "buckets"):
        assert rerun.summary[figure] == before["summary"][figure], figure
    one = items(rerun)["2026-08", "id:r1"]
    assert (one["state"], one["first_run"]) == ("open", august.run_id)


def test_the_next_period_hears_of_what_is_open_and_not_again_of_what_was_cleared(
    told: Workspace,
) -> None:
    found = items(again(told, "2026-10", "2026-11-02T09:00:00Z"))
    assert set(found) == {("2026-08", "id:r2")}
    assert (found["2026-08", "id:r2"]["state"], found["2026-08", "id:r2"]["age_days"]) == (
        "open",
        74,
    )


def test_a_run_names_what_it_was_left_and_a_signature_covers_it(told: Workspace) -> None:
    august, september = runs(told.log)
    manifest = stored_manifest(told.store, september)
    (left,) = manifest.carried
    assert (left.run_id, left.own_period, left.items_object) == (
        august.run_id,
        False,
        august.items_object,
    )
    report = msgspec.json.decode(find_run(told, september.run_id).report_path.read_bytes())
    signed = sign_off_content(manifest, report, (), "")
    other = msgspec.structs.replace(
        manifest, carried=(msgspec.structs.replace(left, items_object="0" * 64),)
    )
    assert signed.digest != sign_off_content(other, report, (), "").digest


def test_items_that_cannot_be_read_refuse_the_run(told: Workspace) -> None:
    with pytest.raises(IntegrityRefused) as refused:
        read_items(told.store, "a-run", told.store.put(b"no table"))
    assert refused.value.code == "RUN_ITEMS"


def test_items_of_a_run_that_did_not_know_their_groups_are_read_without(told: Workspace) -> None:
    august = runs(told.log)[0]
    kept = pq.read_table(io.BytesIO(told.store.get(august.items_object)))
    assert kept["group_key"].null_count < kept.num_rows

    def stored(without: str) -> str:
        file = io.BytesIO()
        pq.write_table(kept.drop_columns([without]), file)
        return told.store.put(file.getvalue())

    older = read_items(told.store, "a-run", stored("group_key"))
    assert older.drop_columns(["group_key"]).equals(kept.drop_columns(["group_key"]))
    assert older["group_key"].null_count == kept.num_rows
    with pytest.raises(IntegrityRefused, match="RUN_ITEMS"):
        read_items(told.store, "a-run", stored("amount"))


def test_another_item_than_the_one_that_was_left_does_not_verify(told: Workspace) -> None:
    august, september = runs(told.log)
    kept = pq.read_table(find_run(told, august.run_id).folder / "unmatched_items.parquet")
    assert tuple(kept.column_names) == ITEM_FIELDS
    stored = read_items(told.store, august.run_id, august.items_object)
    assert stored.equals(kept)
    path = told.root / "evidence" / "objects" / august.items_object
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(IntegrityRefused) as refused:
        verify(told, september.run_id, threads=1)
    assert refused.value.code == "EV_OBJECT"


def test_an_outsider_performs_the_clearing_from_the_pack(told: Workspace, tmp_path: Path) -> None:
    august, september = runs(told.log)
    made = make_pack(told, find_run(told, september.run_id))
    assert check_pack(made.content).agrees
    members = unpacked(made.content)
    assert f"evidence/objects/{august.items_object}" in members
    for name, content in members.items():
        path = tmp_path / "pack" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    subprocess.run(
        [sys.executable, "-c", _PERFORMED], cwd=tmp_path / "pack", check=True, timeout=300
    )
    file = tmp_path / "run.zip"
    file.write_bytes(made.content)
    alone = subprocess.run(
        [sys.executable, tmp_path / "pack" / "verify_pack.py", file, "--found",
         tmp_path / "pack" / "found.csv"],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert alone.returncode == 0, alone.stdout
