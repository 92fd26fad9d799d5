"""At whatever moment the process or the machine dies, a fresh reader sees old or new, never half.

The invariants are I1-I7 of the fault plan: visible wholly or not at all; acknowledged means
visible; nothing acknowledged earlier changes; repeating converges without repair by hand.
"""

from __future__ import annotations

import errno
import itertools
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.evidence.faulty_disk import FaultyOs, Killed, PowerCut
from tests.evidence.small_store import NOON, Workspace
from tieout.errors import ConfigurationRefused, EnvironmentRefused, IntegrityRefused
from tieout.evidence import durable
from tieout.evidence.capture import captures, record_import

pytestmark = pytest.mark.crash

OLD = b"model,price\nalpha,2\n"
NEW = b"model,price\nalpha,3\n"


@pytest.fixture
def before(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "before").create()
    workspace.capture(OLD)
    return workspace


def fault(monkeypatch: pytest.MonkeyPatch, disk: FaultyOs, action: Callable[[], object]) -> bool:
    """Run an action on a failing disk; tells whether it was acknowledged."""
    with monkeypatch.context() as patch:
        patch.setattr(durable, "os", disk)
        try:
            action()
        except (Killed, EnvironmentRefused):
            return False
        finally:
            durable.HEALTH.failed_sync = ""
    return True


def check(workspace: Workspace, *, acknowledged: bool, objects: dict[str, bytes]) -> None:
    """The invariants, seen by a fresh reader."""
    workspace.verify()
    seen = workspace.contents()
    assert seen in ([OLD], [OLD, NEW])
    assert not acknowledged or seen == [OLD, NEW]
    for name, content in objects.items():
        assert (workspace.root / "objects" / name).read_bytes() == content


def objects(workspace: Workspace) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (workspace.root / "objects").iterdir()}


@pytest.mark.parametrize(
    ("error", "forever"),
    [(None, True), *itertools.product((errno.ENOSPC, errno.EIO, errno.EACCES), (False, True))],
)
def test_a_capture_survives_a_fault_at_any_call(
    before: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: int | None,
    forever: bool,
) -> None:
    earlier = objects(before)
    clean = before.copy(tmp_path / "clean")
    clean.capture(NEW, hour=1)
    for point in itertools.count(1):
        workspace = before.copy(tmp_path / f"point-{point}")
        disk = FaultyOs(point, error, forever=forever)
        done = fault(monkeypatch, disk, lambda w=workspace: w.capture(NEW, hour=1))  # type: ignore[misc]
        check(workspace, acknowledged=done, objects=earlier)
        workspace.capture(NEW, hour=1)
        check(workspace, acknowledged=True, objects=earlier)
        assert workspace.log.head() == clean.log.head()
        assert workspace.verify()["witness checkpoints"].count == 2
        if not disk.reached:
            break
    # Two objects, the checkpoint and two witness files, at least six calls each.
    assert point > 30


@pytest.mark.parametrize("error", [None, errno.ENOSPC, errno.EIO])
def test_making_a_store_survives_a_fault_at_any_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int | None
) -> None:
    for point in itertools.count(1):
        workspace = Workspace(tmp_path / f"point-{point}")
        disk = FaultyOs(point, error)
        fault(monkeypatch, disk, workspace.create)
        if not (workspace.root / "checkpoint").exists():
            with pytest.raises(ConfigurationRefused, match="STORE_ABSENT"):
                workspace.log.entries()
            workspace.create()
        assert workspace.verify()["log entries"].count == 0
        if not disk.reached:
            break
    assert point > 15


def test_an_import_survives_death_at_any_call(
    before: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bring_in(workspace: Workspace) -> object:
        return record_import(
            workspace.store, workspace.log, leg="ledger", feed_name="books", feed={},
            original_sha256="cd" * 32, size=9, original_name="books.csv", records=b"rows",
            quarantine=b"aside", records_framed=2, records_recounted=2, quarantined=0,
            operator="MK", at=NOON,
        )  # fmt: skip

    for point in itertools.count(1):
        workspace = before.copy(tmp_path / f"point-{point}")
        disk = FaultyOs(point)
        done = fault(monkeypatch, disk, lambda w=workspace: bring_in(w))  # type: ignore[misc]
        visible = workspace.verify()["log entries"].count
        assert visible == 2 if done else visible in {1, 2}
        bring_in(workspace)
        assert workspace.verify()["log entries"].count == 2
        if not disk.reached:
            break


def test_no_letter_of_success_precedes_the_commit_point(
    before: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = FaultyOs(10**6)
    fault(monkeypatch, disk, lambda: before.copy(tmp_path / "copy").capture(NEW, hour=1))
    commit = disk.calls.index("replace")
    # Both objects are linked and their folder is synced before the checkpoint is replaced.
    assert disk.calls[:commit].count("link") == 2
    assert disk.calls[:commit].count("fsync") == 5
    assert disk.calls[commit + 1 : commit + 4] == ["open", "fsync", "close"]


# --- a failed fsync ----------------------------------------------------------------------------


def test_after_a_failed_fsync_the_process_writes_nothing_more(
    before: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = FaultyOs(10**6)
    syncs: list[int] = []

    def fail(handle: int) -> None:
        syncs.append(handle)
        raise OSError(errno.EIO, "no")

    disk.fsync = fail  # type: ignore[attr-defined]
    with monkeypatch.context() as patch:
        patch.setattr(durable, "os", disk)
        with pytest.raises(EnvironmentRefused, match="IO_FSYNC"):
            before.capture(NEW, hour=1)
    assert len(syncs) == 1
    # The disk is well again, but this process cannot know what the kernel dropped.
    with pytest.raises(EnvironmentRefused, match="IO_FSYNC"):
        before.capture(NEW, hour=1)
    with pytest.raises(EnvironmentRefused, match="IO_FSYNC"):
        durable.replace_file(before.base / "other", b"x")
    assert before.contents() == [OLD]


# --- power cuts: kill alone cannot show a missing fsync -----------------------------------------


def cut_everywhere(
    before: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[int, int]:
    """Cut the power after every call of a capture; count the images and the bad ones."""
    earlier, tried, bad = objects(before), 0, 0

    def look(power: PowerCut, *, acknowledged: bool = False) -> None:
        nonlocal tried, bad
        for build in (power.lost, power.torn):
            tried += 1
            image = Workspace(build(tmp_path / f"image-{tried}"))
            try:
                check(image, acknowledged=acknowledged, objects=earlier)
                image.capture(NEW, hour=1)
                check(image, acknowledged=True, objects=earlier)
            except (IntegrityRefused, AssertionError, FileNotFoundError):
                bad += 1

    # The real `os` returns for the reader: only the writer's calls are watched.
    def after(power: PowerCut) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(durable, "os", os)
            look(power)

    power = PowerCut(before.base, after)
    with monkeypatch.context() as patch:
        patch.setattr(durable, "os", power)
        before.capture(NEW, hour=1)
    look(power, acknowledged=True)
    return tried, bad


def test_a_power_cut_after_any_call_leaves_the_old_state_or_the_new(
    before: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried, bad = cut_everywhere(before, tmp_path, monkeypatch)
    assert tried > 60
    assert bad == 0


@pytest.mark.parametrize("defect", ["no sync of files", "no sync of folders"])
def test_the_power_cuts_catch_a_planted_missing_fsync(
    before: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, defect: str
) -> None:
    real = durable._sync_handle

    def planted(handle: int, path: Path) -> None:
        if path.is_dir() == (defect == "no sync of files"):
            real(handle, path)

    monkeypatch.setattr(durable, "_sync_handle", planted)
    _, bad = cut_everywhere(before, tmp_path, monkeypatch)
    assert bad > 0


# --- the run folder ------------------------------------------------------------------------------


RUN_FILES = {"report.json": b"{}", "lines.parquet": b"PAR1"}


def published(final: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in final.iterdir()}


@pytest.mark.parametrize("error", [None, errno.ENOSPC, errno.EIO])
def test_a_run_folder_is_wholly_visible_or_wholly_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int | None
) -> None:
    for point in itertools.count(1):
        final = tmp_path / f"point-{point}" / "runs" / "2026-08" / "7f3a"
        disk = FaultyOs(point, error)
        done = fault(monkeypatch, disk, lambda f=final: durable.publish_folder(f, RUN_FILES))  # type: ignore[misc]
        assert final.exists() or not done
        if final.exists():
            assert published(final) == RUN_FILES
        else:
            assert durable.publish_folder(final, RUN_FILES)
        if not disk.reached:
            break
    assert point > 15


def test_a_published_run_survives_a_power_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "base").mkdir()
    final = tmp_path / "base" / "runs" / "2026-08" / "7f3a"
    power = PowerCut(tmp_path / "base", lambda _: None)
    with monkeypatch.context() as patch:
        patch.setattr(durable, "os", power)
        assert durable.publish_folder(final, RUN_FILES)
    image = power.lost(tmp_path / "image") / final.relative_to(tmp_path / "base")
    assert published(image) == RUN_FILES


def test_after_a_capture_nobody_but_the_log_knows_of_it(before: Workspace) -> None:
    assert [capture.size for capture in captures(before.log)] == [len(OLD)]
