"""A run rests on one state of the log, and does not read the log again for each kind of record."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.catalogue.run_case import AS_OF, USAGE
from tests.mapping.conftest import Small, make_small
from tieout.actions.records import import_files
from tieout.close.on_record import store_inputs
from tieout.evidence.log import EvidenceLog

# What the run rests on; under the lock, whether it is recorded already, and what its entry follows.
MOST_READINGS = 3


@pytest.fixture
def small(tmp_path: Path) -> Small:
    """A workspace with two captures and a period of four calls."""
    return make_small(tmp_path)


def test_what_comes_while_a_run_reads_takes_no_part(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = tmp_path / "late.csv"
    late.write_text(USAGE.decode() + "r9,2026-07-10T09:00:00Z,aster-1,200,5\n", encoding="utf-8")
    before = small.workspace.log.checkpoint().size

    def interrupted(*given: Any) -> Any:
        list(import_files(small.workspace, "usage", [late], operator="CD", at=AS_OF))
        return store_inputs(*given)

    monkeypatch.setattr("tieout.close.run.store_inputs", interrupted)
    report = small.run(verified=True)
    assert report["summary"]["rows"]["received"] == 4
    assert small.workspace.log.checkpoint().size == before + 2
    monkeypatch.undo()
    assert small.run()["summary"]["rows"]["received"] == 5


def test_a_run_reads_the_log_a_few_times_whatever_it_asks(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.found()
    readings = []
    verified = EvidenceLog.verified

    def counted(log: EvidenceLog) -> Any:
        readings.append(log)
        return verified(log)

    monkeypatch.setattr(EvidenceLog, "verified", counted)
    small.run()
    assert 1 <= len(readings) <= MOST_READINGS


def test_one_reading_stays_as_it_was(small: Small) -> None:
    log = small.workspace.log
    read = log.read()
    assert read.entries() == log.entries()
    assert read.at == log.checkpoint()
    small.run()
    assert log.entries()[: len(read.entries())] == read.entries()
    assert len(log.entries()) == len(read.entries()) + 1
