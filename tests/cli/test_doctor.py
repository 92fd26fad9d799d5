"""Doctor: says what is, says what to do, goes on where others refuse, and deletes no evidence."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.catalogue.small_workspace import contents, filled
from tieout.actions import machine_health
from tieout.actions.doctor import Examined, doctor
from tieout.engine import spill
from tieout.workspace.layout import Workspace

HOURS_AGO = 7200


@pytest.fixture
def root(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    made = filled(tmp_path)
    capsys.readouterr()
    return made


def examine(root: Path, **asked: Any) -> Examined:
    return doctor(Workspace.open(root), **asked)


def sign(found: Examined, name: str) -> machine_health.Sign:
    (one,) = [each for each in found.signs if each.name == name]
    return one


def leave(path: Path, age: int = HOURS_AGO) -> Path:
    """What a command that died some seconds ago left half written."""
    path.write_bytes(b"half writ")
    os.utime(path, (path.stat().st_mtime - age,) * 2)
    return path


def test_a_sound_workspace_needs_nothing(root: Path) -> None:
    before = contents(root)
    found = examine(root)
    assert found.exit_code == 0
    assert {one.name for one in found.signs} >= {
        "log", "witness", "objects", "runs", "leftovers", "temporary files", "lock",
        "disk space", "permissions", "clock", "versions",
    }  # fmt: skip
    assert all(one.remedy for one in found.signs if one.state == "act")
    assert contents(root) == before


def test_a_leftover_is_shown_and_swept_and_nothing_else_is_touched(root: Path) -> None:
    (root / "claims" / "august").mkdir(parents=True)
    within = root / "other" / "runs"
    within.mkdir(parents=True)
    # Of another workspace, which has a doctor and a lock of its own.
    leave(within / f".staged-{'0' * 32}")
    before = contents(root)
    old = [
        leave(root / place / f".staged-{digit * 32}")
        for place, digit in (
            ("evidence", "a"), ("evidence/objects", "b"), ("witness", "c"), (".", "e"),
            ("claims/august", "f"),
        )
    ]  # fmt: skip
    folder = root / "runs" / "2026-08" / f".staged-{'d' * 32}"
    folder.mkdir(parents=True)
    leave(folder / "report.json")
    os.utime(folder, (folder.stat().st_mtime - HOURS_AGO,) * 2)
    found = sign(examine(root), "leftovers")
    # Six of nine bytes each: five files, and one in the folder.
    assert found.state == "note"
    assert found.found.startswith("6 files or folders half written")
    assert "54 bytes" in found.found
    swept = examine(root, sweep=True)
    assert sorted(swept.swept) == sorted(
        path.relative_to(root).as_posix() for path in (*old, folder)
    )
    assert sign(swept, "leftovers").state == "well"
    assert contents(root) == before


def test_what_somebody_may_still_be_writing_is_not_swept(root: Path) -> None:
    young = leave(root / "evidence" / "objects" / f".staged-{'b' * 32}", age=600)
    found = examine(root, sweep=True)
    assert found.swept == ()
    assert young.exists()


@pytest.mark.parametrize("sweep", [False, True])
def test_what_another_command_removes_meanwhile_is_no_trouble(
    root: Path, monkeypatch: pytest.MonkeyPatch, sweep: bool
) -> None:
    """It was listed a moment ago: a run sweeps what dead ones left, a writer its own."""
    gone = root / "evidence" / "objects" / f".staged-{'b' * 32}"
    monkeypatch.setattr("tieout.actions.doctor.left_behind", lambda: (root / "gone",))
    monkeypatch.setattr("tieout.actions.doctor._half_written", lambda _: (gone,))
    found = examine(root, sweep=sweep)
    assert found.exit_code == 0
    assert gone.name not in str(found.swept)


def test_nothing_is_swept_where_something_unknown_lies(root: Path) -> None:
    leftover = leave(root / "evidence" / f".staged-{'a' * 32}")
    (root / "evidence" / "notes.txt").write_text("mine")
    found = examine(root)
    assert found.exit_code == 4
    assert "EV_UNKNOWN_FILE" in sign(found, "log").found
    assert leftover.exists()


def test_an_object_without_an_entry_is_kept_even_when_asked_to_sweep(root: Path) -> None:
    digest = Workspace.open(root).store.put(b"an entry that a rollback took away")
    os.utime(root / "evidence" / "objects" / digest, (0, 0))
    found = sign(examine(root, sweep=True), "spare objects")
    assert "1 object" in found.found
    assert "34 bytes" in found.found
    assert (root / "evidence" / "objects" / digest).exists()


def test_a_lost_object_is_named_with_its_entry(root: Path) -> None:
    log = Workspace.open(root).log
    (capture,) = [entry for entry in log.entries() if entry.kind == "capture"]
    (root / "evidence" / "objects" / capture.body["sha256"]).unlink()
    found = examine(root)
    assert found.exit_code == 4
    assert capture.body["sha256"] in sign(found, "objects").found
    assert f"entry {capture.seq}, capture" in sign(found, "objects").found


def test_an_unwitnessed_head_is_said_and_the_next_writer_completes_it(root: Path) -> None:
    entries = Workspace.open(root).log.entries()
    lines = (root / "witness" / "checkpoints.txt").read_text().splitlines(keepends=True)
    before = entries[-2]
    origin = Workspace.open(root).log.checkpoint().origin
    (root / "witness" / "checkpoints.txt").write_text("".join(lines[:-1]))
    (root / "witness" / "checkpoint").write_text(
        f"tieout-evidence/1 {origin}\n{before.seq}\n{before.digest}\n{before.at}\n"
    )
    found = sign(examine(root), "witness")
    assert found.state == "note"
    assert "has not reached the witness" in found.found
    examine(root, sweep=True)
    assert sign(examine(root), "witness").state == "well"


def test_the_owner_of_the_lock_is_named_and_not_waited_for(root: Path) -> None:
    with (root / "evidence" / "lock").open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        (root / "evidence" / "lock-owner").write_bytes(b"process 4711 on elsewhere\n")
        found = sign(examine(root), "lock")
    assert found.state == "note"
    assert found.found == "held by process 4711 on elsewhere"
    # The record of a dead owner is not believed.
    assert sign(examine(root), "lock").found == "nobody is writing"


def test_a_clock_behind_the_log_is_said(root: Path) -> None:
    latest = max(entry.at for entry in Workspace.open(root).log.entries())
    then = datetime.fromisoformat(latest) - timedelta(hours=1)
    assert sign(examine(root, now=then), "clock").state == "note"
    assert latest in sign(examine(root, now=then), "clock").found
    assert sign(examine(root, now=datetime(2030, 1, 1, tzinfo=UTC)), "clock").state == "well"


@pytest.mark.parametrize(("free", "state", "code"), [(300, "note", 0), (200, "act", 5)])
def test_little_disk_space_is_said_and_less_is_acted_on(
    root: Path, monkeypatch: pytest.MonkeyPatch, free: int, state: str, code: int
) -> None:
    usage = shutil.disk_usage(root)._replace(free=free << 20)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    found = examine(root)
    assert sign(found, "disk space").state == state
    assert f"{free} MiB" in sign(found, "disk space").found
    assert found.exit_code == code


def test_evidence_that_everybody_may_write_to_is_acted_on(root: Path) -> None:
    (root / "evidence").chmod(0o777)
    found = examine(root)
    assert found.exit_code == 4
    assert "chmod o-w" in sign(found, "permissions").remedy


def test_the_spill_of_a_dead_run_is_found_and_swept_and_a_living_one_is_not(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    mine = spill.spill_folder()
    dead = Path(str(mine).replace(f"-{os.getpid()}-", f"-{gone.pid}-"))
    other = Path(re.sub(r"tieout-spill-[^-]+", "tieout-spill-elsewhere", str(dead)))
    for folder in (mine, dead, other, tmp_path / "tieout-spill-not-of-ours"):
        folder.mkdir()
        (folder / "block").write_bytes(bytes(2 << 20))
    found = sign(examine(root), "temporary files")
    assert found.found == "1 folder of engines that died (2 MiB)"
    assert examine(root, sweep=True).swept == (str(dead),)
    assert not dead.exists()
    assert mine.exists()
    assert other.exists()


def test_a_run_spills_where_doctor_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tieout.engine.duckdb import DuckDBEngine  # noqa: PLC0415 - only this test opens one

    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    engine = DuckDBEngine()
    try:
        (row,) = engine.fetch("SELECT current_setting('temp_directory') AS place").to_pylist()
    finally:
        engine.close()
    assert Path(row["place"]).parent == tmp_path
    assert re.fullmatch(r"tieout-spill-[^-]+-[0-9]+-[0-9a-f]{8}", Path(row["place"]).name)
