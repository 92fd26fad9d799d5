"""Whole runs: a run on one engine is verified on the other, to the byte of its report."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.scenarios.storyteller import expectation, outcome, story_folders, tell
from tieout.actions.closing import verify
from tieout.actions.demo_month import run_demo
from tieout.actions.demo_real import run_real_demo
from tieout.actions.start import find_workspace
from tieout.engine.opening import EngineName

pytestmark = pytest.mark.slow

NIGHTLY = "TIEOUT_PARITY_ROWS" in os.environ
# Statements and tables are compared in test_calculation.py, over worlds with work for all of them;
# here it is whole runs. Each costs minutes of a processor, so that CI tells one story on Spark, and
# the night tells all of them, the demo month and the real history.
ON_SPARK = "midnight_in_shanghai"
TOLD = [path for path in story_folders() if NIGHTLY]


def differing(folder: Path, engine: EngineName) -> list[str]:
    found = verify(find_workspace(folder), engine=engine)
    assert found.checks
    return [f"{check.name}: {check.detail}" for check in found.checks if not check.agrees]


@pytest.fixture
def made_once(monkeypatch: pytest.MonkeyPatch, spark: None) -> None:  # noqa: ARG001 - it is there
    """By day Spark makes each table of the story once; that it is asked again: test_port.py."""
    from tieout.engine.spark import SparkEngine  # noqa: PLC0415 - PySpark may not be installed

    if not NIGHTLY:
        monkeypatch.setattr(SparkEngine, "repeats", lambda *_: True)


def test_the_story_that_is_told_on_spark_is_there() -> None:
    assert ON_SPARK in {path.name for path in story_folders()}


@pytest.mark.scenario
@pytest.mark.usefixtures("spark")
@pytest.mark.parametrize("story", TOLD, ids=lambda path: path.name)
def test_a_story_told_on_duckdb_is_verified_on_spark(story: Path, tmp_path: Path) -> None:
    tell(story, tmp_path / "workspace")
    assert differing(tmp_path / "workspace", "spark") == []


@pytest.mark.scenario
@pytest.mark.usefixtures("made_once")
def test_a_story_told_on_spark_is_as_worked_out_by_hand(tmp_path: Path) -> None:
    (story,) = (path for path in story_folders() if path.name == ON_SPARK)
    report = tell(story, tmp_path / "workspace", engine="spark")
    told = outcome(report)
    assert {part: told[part] for part in told} == expectation(story)
    assert differing(tmp_path / "workspace", "duckdb") == []
    folder = tmp_path / "workspace" / report["summary"]["artifacts"]
    manifest = json.loads((folder / "calculation_manifest.json").read_text(encoding="utf-8"))
    assert sorted(manifest["libraries"]) == ["pyarrow", "pyspark", "tzdata"]


@pytest.mark.usefixtures("spark")
@pytest.mark.skipif(not NIGHTLY, reason="told at night: make nightly-parity")
def test_the_demo_month_has_one_result_digest(tmp_path: Path) -> None:
    one = run_demo(tmp_path / "one", requests=12_000)
    other = run_demo(tmp_path / "other", requests=12_000, engine="spark")
    assert other.result.summary["result_digest"] == one.result.summary["result_digest"]
    assert all(fault.agrees for fault in other.faults)


@pytest.mark.datasets
@pytest.mark.usefixtures("spark")
@pytest.mark.skipif(not NIGHTLY, reason="told at night: make nightly-parity")
def test_the_real_history_has_one_result_digest(datasets: Path, tmp_path: Path) -> None:
    one = run_real_demo(tmp_path / "one", datasets)
    other = run_real_demo(tmp_path / "other", datasets, engine="spark")
    assert other.result.summary["result_digest"] == one.result.summary["result_digest"]
