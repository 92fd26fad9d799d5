"""A run on an engine that errs once: exit code 4, the place is named, nothing is published."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bench.daily import command, prepare
from tests.faults.faulty_engine import FaultyEngine
from tests.faults.plants import Plant
from tieout.cli import main
from tieout.close import run as close_run
from tieout.close.artifacts import table_query
from tieout.close.figures import QUERIES
from tieout.errors import ExitCode
from tieout.workspace.layout import Workspace

ROWS = 60

FAULTS = {
    "Loading usage_reading": Plant("load", "usage_reading", "alter", "last", "request_id"),
    "Loading ledger_terms": Plant("load", "ledger_terms", "alter", "first", "rounding_level"),
    "Loading quarantine": Plant("load", "quarantine", "invent", "last"),
    "Stage usage_record": Plant("run", "usage_record", "swap", "middle", "request_id"),
    "Stage match_line": Plant("run", "match_line", "drop", "last"),
    "Stage usage_export": Plant("run", "usage_export", "alter", "first", "payload_digest"),
    "Figure totals": Plant("fetch", QUERIES["totals"], "alter", "first", "recorded_cost"),
    "Writing expected_ledger": Plant("fetch", table_query("expected_ledger"), "double", "middle"),
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return prepare(tmp_path_factory.mktemp("faulty"), ROWS)


@pytest.mark.parametrize("place", FAULTS)
def test_a_run_on_an_engine_that_errs_once_publishes_nothing_and_names_the_place(
    place: str,
    filled: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = tmp_path / "workspace"
    shutil.copytree(filled.root, root)
    before = Workspace.open(root).log.head()
    engine = FaultyEngine(2)
    engine.plant(FAULTS[place])
    monkeypatch.setattr(close_run, "open_engine", lambda *_asked: engine)
    words = command(Workspace.open(root))[3:]
    assert main(words) == ExitCode.INTEGRITY
    said = capsys.readouterr()
    assert f"{place} " in said.out + said.err
    assert engine.struck == 1
    assert Workspace.open(root).log.head() == before
    assert not [*root.rglob("report.json")]
