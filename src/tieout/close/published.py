"""The folders of published runs against the log: every file of every run, and nothing else.

A folder that belongs to no entry is no run: nobody was told that it was published. A crash between
publishing and the entry leaves one, and so does a log that was rolled back; it is named and kept.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from tieout.errors import IntegrityRefused
from tieout.evidence.canonical import sha256
from tieout.evidence.documents import Run
from tieout.evidence.durable import is_leftover
from tieout.evidence.machine import digest_and_size, machine, read_file, require_own_mode
from tieout.evidence.part import WHOLE, Part
from tieout.evidence.records import runs
from tieout.findings import plural
from tieout.workspace.layout import Workspace

LISTING: Final = "artifacts.json"


class _KeptSummary(msgspec.Struct, frozen=True):
    run_id: str


class _KeptReport(msgspec.Struct, frozen=True):
    summary: _KeptSummary


@dataclass(frozen=True, slots=True)
class Published:
    """What was found under the folder of runs.

    Attributes:
        folders: run folders of the log.
        files: files that were read and hashed.
        size: bytes that were read.
        wrong: what does not agree: the place, and how.
        unrecorded: whole folders that belong to no entry of the log.
        leftovers: folders that a crash left half written; readers never look there.
    """

    folders: int
    files: int
    size: int
    wrong: tuple[tuple[str, str], ...]
    unrecorded: tuple[Path, ...]
    leftovers: tuple[Path, ...]


def check_published(workspace: Workspace, part: Part = WHOLE) -> Published:
    """Compare every published run with the digests the log kept of it.

    Names are compared whatever the part; of the files, only those of the part are read.

    Raises:
        IntegrityRefused: the log or a list of digests in it is not what it was.
        EnvironmentRefused: something could not be read.
    """
    known = {run.folder: run for run in runs(workspace.log)}
    size, files = 0, 0
    wrong: list[tuple[str, str]] = []
    for folder, run in known.items():
        for name, said, read in _compare(workspace, run, part):
            files += read is not None
            size += read or 0
            if said:
                wrong.append((f"{folder}/{name}", said))
    unrecorded, leftovers, strays = _others(workspace, set(known))
    wrong += [(path.relative_to(workspace.root).as_posix(), said) for path, said in strays]
    return Published(len(known), files, size, tuple(wrong), unrecorded, leftovers)


def check_kept_report(workspace: Workspace, content: bytes) -> str:
    """What is wrong with a ``report.json`` that was kept elsewhere; empty where nothing is.

    A report names the log before its own entry, so the log must also hold its run, with these
    bytes.
    """
    try:
        run_id = msgspec.json.decode(content, type=_KeptReport).summary.run_id
    except msgspec.MsgspecError:
        return ""
    for run in runs(workspace.log):
        if run.run_id == run_id:
            listed = _listed(workspace.store.get(run.artifacts_object), f"run {run_id}")
            same = listed.get("report.json") == sha256(content)
            return "" if same else f"run {run_id} published another report"
    return f"its run {run_id} is not in the log"


def _compare(workspace: Workspace, run: Run, part: Part) -> Iterator[tuple[str, str, int | None]]:
    """Each name of the folder, what is wrong with it, and how many bytes were read."""
    content = workspace.store.get(run.artifacts_object)
    expected = {**_listed(content, f"run {run.run_id}"), LISTING: sha256(content)}
    folder = workspace.root / run.folder
    if folder.is_symlink() or not folder.is_dir():
        yield "", "the folder of a run on record is gone", None
        return
    with machine(folder):
        there = {entry.name for entry in os.scandir(folder)}
    for name in sorted(expected | dict.fromkeys(there, "")):
        if name not in expected:
            yield name, "a file that the run did not publish", None
        elif name not in there:
            yield name, "gone", None
        elif part.holds(expected[name]):
            yield _compare_file(folder / name, expected[name])


def _compare_file(path: Path, expected: str) -> tuple[str, str, int | None]:
    try:
        found = digest_and_size(path)
    except IntegrityRefused as error:
        return path.name, error.what, None
    if found is None:
        return path.name, "gone", None
    digest, size = found
    return path.name, "" if digest == expected else f"{expected[:16]} became {digest[:16]}", size


def _listed(content: bytes, where: str) -> dict[str, str]:
    try:
        return msgspec.json.decode(content, type=dict[str, str])
    except msgspec.MsgspecError as error:
        raise IntegrityRefused(
            "MANIFEST_FORM",
            "The stored list of the files of a run is not one this version can read.",
            where=(where, str(error)),
            remedy="Verify with the version of Tieout that wrote the run.",
        ) from error


def _others(
    workspace: Workspace, known: set[str]
) -> tuple[tuple[Path, ...], tuple[Path, ...], list[tuple[Path, str]]]:
    """Whole folders without an entry, half-written ones, and what has no place there at all."""
    unrecorded, leftovers, strays = [], [], []
    for path, is_period in _found(workspace):
        mode = path.lstat().st_mode
        if not stat.S_ISDIR(mode):
            strays.append((path, "something that is no folder of a run"))
        elif not is_period and is_leftover(path.name):
            leftovers.append(path)
        elif not is_period and path.relative_to(workspace.root).as_posix() not in known:
            if _is_whole(path):
                unrecorded.append(path)
            else:
                strays.append((path, "a folder that Tieout did not publish"))
        else:
            try:
                require_own_mode(path.lstat(), path)
            except IntegrityRefused as error:
                strays.append((path, error.what))
    return tuple(unrecorded), tuple(leftovers), strays


def _found(workspace: Workspace) -> Iterator[tuple[Path, bool]]:
    """Everything one and two steps below the folder of runs, and whether it is one step."""
    root = workspace.runs_path
    if not root.is_dir():
        return
    with machine(root):
        for period in sorted(root.iterdir()):
            yield period, True
            if period.is_dir() and not period.is_symlink():
                yield from ((path, False) for path in sorted(period.iterdir()))


def _is_whole(folder: Path) -> bool:
    """Whether a folder holds exactly the files that its own list names, with their bytes."""
    try:
        content = read_file(folder / LISTING)
        if content is None:
            return False
        listed = _listed(content, str(folder))
        found = {path.name for path in folder.iterdir()}
        return found == {*listed, LISTING} and all(
            digest_and_size(folder / name) is not None
            and digest_and_size(folder / name)[0] == digest  # type: ignore[index]
            for name, digest in listed.items()
        )
    except IntegrityRefused:
        return False


def unrecorded_words(path: Path, root: Path) -> str:
    """What to say of a whole folder without an entry."""
    return (
        f"{path.relative_to(root).as_posix()} ({plural(len(list(path.iterdir())), 'file')})"
        " belongs to no entry of the log and is no run"
    )
