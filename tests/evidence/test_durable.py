"""Durable writing: new files never replace, the machine's failures become letters."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path
from typing import Any

import pytest

from tests.evidence.faulty_disk import FaultyOs
from tieout.close.artifacts import publish
from tieout.errors import ConflictRefused, EnvironmentRefused, IntegrityRefused
from tieout.evidence import durable, machine
from tieout.evidence.durable import publish_folder, replace_file, write_new_file


def test_a_new_file_is_written_with_its_missing_folders(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "file"
    assert write_new_file(path, b"bytes") is True
    assert path.read_bytes() == b"bytes"
    assert [found.name for found in path.parent.iterdir()] == ["file"]


def test_writing_the_same_bytes_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_new_file(path, b"bytes")
    before = path.stat()
    assert write_new_file(path, b"bytes") is False
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert path.stat().st_ino == before.st_ino


def test_a_new_file_never_replaces_another(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"first")
    with pytest.raises(ConflictRefused, match="FILE_EXISTS"):
        write_new_file(path, b"second")
    assert path.read_bytes() == b"first"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_new_file_does_not_follow_a_link_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "file").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(IntegrityRefused, match="EV_UNKNOWN_FILE"):
        write_new_file(tmp_path / "file", b"bytes")
    assert not (tmp_path / "elsewhere").exists()


def test_replacing_swaps_the_whole_content(tmp_path: Path) -> None:
    path = tmp_path / "file"
    replace_file(path, b"a long first content")
    replace_file(path, b"short")
    assert path.read_bytes() == b"short"
    assert len(list(tmp_path.iterdir())) == 1


def test_short_writes_are_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = FaultyOs(10**6)
    # The disk takes three bytes at a time.
    disk.write = lambda handle, rest: os.write(handle, bytes(rest)[:3])  # type: ignore[attr-defined]
    monkeypatch.setattr(durable, "os", disk)
    write_new_file(tmp_path / "file", b"0123456789")
    assert (tmp_path / "file").read_bytes() == b"0123456789"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errno.ENOSPC, "STORE_ENOSPC"),
        (errno.EDQUOT, "STORE_ENOSPC"),
        (errno.EACCES, "IO_PERMISSION"),
        (errno.EROFS, "IO_PERMISSION"),
        (errno.EPERM, "IO_PERMISSION"),
        (errno.EIO, "IO_ERROR"),
        (errno.EMFILE, "IO_ERROR"),
    ],
)
def test_an_error_of_the_system_becomes_a_letter_with_exit_code_five(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int, code: str
) -> None:
    monkeypatch.setattr(durable, "os", FaultyOs(2, error))
    with pytest.raises(EnvironmentRefused) as refused:
        write_new_file(tmp_path / "file", b"bytes")
    assert refused.value.code == code
    assert int(refused.value.exit_code) == 5
    assert os.strerror(error) in refused.value.letter()
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_cannot_read_is_not_called_tampering(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"bytes")
    monkeypatch.setattr(machine, "os", FaultyOs(1, errno.EIO))
    with pytest.raises(EnvironmentRefused, match="IO_ERROR"):
        machine.read_file(tmp_path / "file")


FILES = {"report": b"{}", "lines": b"PAR1"}


def folder(path: Path, files: dict[str, bytes]) -> Path:
    path.mkdir(parents=True)
    for name, content in files.items():
        (path / name).write_bytes(content)
    return path


def found(path: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in path.iterdir()}


def test_a_folder_is_published_with_its_files_and_nothing_else(tmp_path: Path) -> None:
    assert publish_folder(tmp_path / "runs" / "one", FILES) is True
    assert found(tmp_path / "runs" / "one") == FILES
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["one"]


def test_publishing_the_same_folder_again_changes_nothing(tmp_path: Path) -> None:
    before = folder(tmp_path / "one", FILES).stat()
    assert publish_folder(tmp_path / "one", FILES) is False
    assert (tmp_path / "one").stat().st_ino == before.st_ino
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


@pytest.mark.parametrize(
    "other", [{"report": b"[]", "lines": b"PAR1"}, {**FILES, "more": b""}, {"report": b"{}"}, {}]
)
def test_a_published_folder_is_never_replaced(tmp_path: Path, other: dict[str, bytes]) -> None:
    final = folder(tmp_path / "one", other)
    with pytest.raises(ConflictRefused, match="FOLDER_EXISTS"):
        publish_folder(final, FILES)
    assert found(final) == other
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


@pytest.mark.parametrize("place", ["one", "one/report"])
def test_a_link_in_the_place_of_a_published_folder_or_file_is_not_followed(
    tmp_path: Path, place: str
) -> None:
    folder(tmp_path / "elsewhere", FILES)
    if place != "one":
        folder(tmp_path / "one", {"lines": b"PAR1"})
    (tmp_path / place).symlink_to(tmp_path / "elsewhere" / Path(place).name.replace("one", ""))
    with pytest.raises((ConflictRefused, IntegrityRefused), match=r"FOLDER_EXISTS|EV_UNKNOWN_FILE"):
        publish_folder(tmp_path / "one", FILES)


def test_a_folder_that_appears_at_the_last_moment_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    final = tmp_path / "one"
    disk = FaultyOs(10**6)

    def rename(source: Path, target: Path) -> Any:
        folder(final, {"other": b"first"})
        os.rename(source, target)  # noqa: PTH104 - the call under test

    disk.rename = rename  # type: ignore[attr-defined]
    monkeypatch.setattr(durable, "os", disk)
    with pytest.raises(ConflictRefused, match="FOLDER_EXISTS"):
        publish_folder(final, FILES)
    assert found(final) == {"other": b"first"}
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_what_a_killed_attempt_left_is_not_published_with_the_next_one(tmp_path: Path) -> None:
    """A run that is repeated has the same id; an older staging folder of it holds half a file."""
    final = tmp_path / "runs" / "2026-08" / "7f3a9c12ab34"
    left = folder(final.parent / (".staged-" + "0" * 32), {"report.json": b"half"})
    publish(final, {"report.json": b"{}"})
    assert sorted(path.name for path in final.iterdir()) == ["artifacts.json", "report.json"]
    assert [path for path in final.parent.iterdir() if path not in (final, left)] == []


@pytest.mark.parametrize("failing", ["unlink", "write", "fsync", "close", "open", "mkdir"])
@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC])
def test_no_leftover_rides_along_into_a_published_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str, error: int
) -> None:
    """Whatever fails once while a run is written: its folder holds its files alone, or is not."""
    files = {"report.json": b"{}", "lines.parquet": b"PAR1"}
    for point in range(1, 100):
        final = tmp_path / f"{point}" / "runs" / "7f3a9c12ab34"
        disk = FaultyOs(point, error, only=failing)
        monkeypatch.setattr(durable, "os", disk)
        with contextlib.suppress(EnvironmentRefused):
            publish(final, files)
        monkeypatch.setattr(durable.HEALTH, "failed_sync", "")
        if final.exists():
            assert {**found(final), "artifacts.json": b""} == {**files, "artifacts.json": b""}
        if not disk.reached:
            break
    assert final.exists()
    assert point < 99
