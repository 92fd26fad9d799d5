"""Several writers at once: one at a time, none lost, and the one who waits learns for whom."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.evidence.small_store import Workspace
from tieout.errors import ConflictRefused
from tieout.evidence import lock

HOLD = """
import sys
from pathlib import Path
from tieout.evidence.log import EvidenceLog
base = Path(sys.argv[1])
with EvidenceLog(base / "evidence", base / "witness").locked():
    print("held", flush=True)
    sys.stdin.read()
"""
WRITE = """
import sys
from pathlib import Path
from tests.evidence.small_store import Workspace
from tieout.evidence import lock
lock.PATIENCE_SECONDS = 60.0
for number in range(5):
    Workspace(Path(sys.argv[1])).capture(f"{sys.argv[2]} {number}".encode(), hour=number)
    Workspace(Path(sys.argv[1])).capture(f"shared {number}".encode(), hour=number)
"""


def start(script: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )


@pytest.fixture
def empty(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace").create()


def test_a_second_writer_is_told_who_holds_the_workspace(
    empty: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "PATIENCE_SECONDS", 0.2)
    with start(HOLD, str(empty.base)) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(ConflictRefused) as refused:
            empty.capture(b"x")
        # Readers do not wait.
        assert empty.log.entries() == ()
        holder.kill()
    assert refused.value.code == "LOCK_HELD"
    assert int(refused.value.exit_code) == 6
    assert f"process {holder.pid} on {socket.gethostname()}" in refused.value.letter()
    # The holder died without a word; its lock died with it, its owner record is not believed.
    assert (empty.root / "lock-owner").exists()
    _, new = empty.capture(b"x")
    assert new
    assert not (empty.root / "lock-owner").exists()


def test_a_forged_owner_record_is_not_repeated_to_a_person(
    empty: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "PATIENCE_SECONDS", 0.1)
    with start(HOLD, str(empty.base)) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        (empty.root / "lock-owner").write_bytes(b"process 1 on \x1b[31mroot\n")
        with pytest.raises(ConflictRefused) as refused:
            empty.capture(b"x")
        holder.kill()
    assert "held by unknown holder" in refused.value.letter()


def test_a_thread_may_hold_the_lock_around_several_appends(empty: Workspace) -> None:
    with empty.log.locked(), empty.log.locked():
        empty.capture(b"one")
        empty.capture(b"two", hour=1)
        assert (empty.root / "lock-owner").exists()
    assert empty.contents() == [b"one", b"two"]


def test_another_thread_waits_like_another_process(
    empty: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "PATIENCE_SECONDS", 0.1)
    refused: list[str] = []

    def write() -> None:
        try:
            empty.capture(b"x")
        except ConflictRefused as error:
            refused.append(error.code)

    with empty.log.locked():
        other = threading.Thread(target=write)
        other.start()
        other.join()
    assert refused == ["LOCK_HELD"]


def test_writers_at_once_lose_nothing_and_double_nothing(empty: Workspace) -> None:
    writers = [start(WRITE, str(empty.base), name) for name in ("a", "b", "c")]
    looks = 0
    while any(writer.poll() is None for writer in writers):
        empty.log.entries()  # a reader in between sees a whole log each time
        looks += 1
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    for writer in writers:
        writer.communicate()
    expected = {f"{name} {n}".encode() for name in ("a", "b", "c", "shared") for n in range(5)}
    assert sorted(empty.contents()) == sorted(expected)
    assert empty.verify()["witness checkpoints"].count == 20
    assert looks > 3
