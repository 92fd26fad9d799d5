"""Doctor: how the evidence and the machine under it are, and what to do; it never deletes evidence.

It goes on where other commands refuse, and says each thing it finds. What it may remove, when asked
to, is only what no entry can refer to: temporary files and folders of commands that died, known by
the form of their name, and old enough that nobody is still writing them.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from tieout.actions.machine_health import Sign, machine_signs
from tieout.close.published import Published, check_published, unrecorded_words
from tieout.engine.spill import left_behind, sweep_left_behind
from tieout.errors import ExitCode, IntegrityRefused, Refusal
from tieout.evidence.durable import is_leftover
from tieout.evidence.lock import holder
from tieout.evidence.log import Entry
from tieout.evidence.machine import machine
from tieout.evidence.part import Part
from tieout.evidence.store import witness_leftovers
from tieout.evidence.verify import references
from tieout.findings import plural
from tieout.workspace.layout import RECORD_FOLDERS, Workspace

_YOUNG_SECONDS: Final = 3600
# Names only: doctor is quick; verify reads the bytes.
_NAMES_ONLY: Final = Part(1, 2**20)


@dataclass(frozen=True, slots=True)
class Examined:
    """Everything doctor looked at, and what it removed.

    Attributes:
        signs: what was found.
        swept: what was removed, relative to the workspace where it lay in it.
    """

    signs: tuple[Sign, ...]
    swept: tuple[str, ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """4 where the evidence needs somebody, 5 where the machine does, else 0."""
        acts = [sign for sign in self.signs if sign.state == "act"]
        if any(sign.is_evidence for sign in acts):
            return ExitCode.INTEGRITY
        return ExitCode.ENVIRONMENT if acts else ExitCode.APPROVE

    def as_json(self) -> dict[str, Any]:
        """The examination as one JSON object."""
        signs: list[dict[str, Any]] = msgspec.to_builtins(self.signs)
        return {"well": self.exit_code == 0, "signs": signs, "swept": list(self.swept)}


def doctor(workspace: Workspace, *, sweep: bool = False, now: datetime | None = None) -> Examined:
    """Look at the store and the machine; change nothing, unless asked to sweep.

    Args:
        workspace: the workspace.
        sweep: remove what dead commands left half written, older than an hour, under the lock.
        now: the clock; by default that of the machine.

    Raises:
        ConflictRefused: ``LOCK_HELD``: another command writes while this one is to sweep.
        EnvironmentRefused: something could not be read or removed.
    """
    swept: tuple[str, ...] = ()
    if sweep:
        with workspace.log.locked():
            swept = _sweep(workspace)
    entries, signs = _log(workspace)
    signs += _objects(workspace, entries)
    signs += _runs(workspace)
    signs += [_leftovers(workspace), _scratch(), _lock(workspace)]
    signs += machine_signs(workspace, entries, now or datetime.now(UTC))
    return Examined(tuple(signs), swept)


def _log(workspace: Workspace) -> tuple[tuple[Entry, ...], list[Sign]]:
    try:
        entries, checkpoint = workspace.log.verified()
        witnessed = workspace.log.is_witnessed()
        witness_leftovers(workspace.witness_path)
    except IntegrityRefused as refused:
        return (), [_refused("log", refused)]
    found = f"{plural(len(entries), 'entry', 'entries')}, chain and witness agree"
    if checkpoint.origin:
        found += f", {checkpoint.origin}"
    signs = [Sign("log", "well", found, is_evidence=True)]
    if not witnessed:
        signs.append(
            Sign(
                "witness", "note", "the newest checkpoint has not reached the witness folder",
                "Nothing: the next command that records something completes it.", is_evidence=True,
            )
        )  # fmt: skip
    else:
        signs.append(Sign("witness", "well", _age_of_witness(workspace), is_evidence=True))
    return entries, signs


def _age_of_witness(workspace: Workspace) -> str:
    place = workspace.witness_path.name
    return f"every checkpoint is in {place}; a copy elsewhere proves more (docs/guide/evidence.md)"


def _refused(name: str, refused: Refusal) -> Sign:
    where = f" ({'; '.join(refused.where)})" if refused.where else ""
    return Sign(
        name, "act", f"{refused.code}: {refused.what}{where}", refused.remedy, is_evidence=True
    )


def _objects(workspace: Workspace, entries: tuple[Entry, ...]) -> Iterator[Sign]:
    try:
        there = set(workspace.store.digests())
    except IntegrityRefused as refused:
        yield _refused("objects", refused)
        return
    touched = references(entries)
    missing, spare = sorted(touched.keys() - there), there - touched.keys()
    if missing:
        first = missing[0]
        yield Sign(
            "objects", "act",
            f"{plural(len(missing), 'object')} of the log gone: {first} ({touched[first][0]})",
            "Restore them from a backup; the name of each is the digest it must have.",
            is_evidence=True,
        )  # fmt: skip
    else:
        found = f"{plural(len(there), 'object')}, none missing"
        yield Sign("objects", "well", found, is_evidence=True)
    if entries and spare:
        size = sum((workspace.evidence_path / "objects" / name).lstat().st_size for name in spare)
        yield Sign(
            "spare objects", "note",
            f"no entry refers to {plural(len(spare), 'object')} ({_sized(size)})",
            "Nothing: they are kept, because a log that was rolled back looks like this too.",
        )  # fmt: skip


def _runs(workspace: Workspace) -> Iterator[Sign]:
    try:
        found: Published = check_published(workspace, _NAMES_ONLY)
    except IntegrityRefused:
        # Said under "log" or "objects" already; the runs cannot be listed without them.
        return
    for place, what in found.wrong:
        yield Sign(
            "runs", "act", f"{place}: {what}",
            "Restore it from a backup; tieout verify RUN calculates the run again.",
            is_evidence=True,
        )  # fmt: skip
    if not found.wrong:
        yield Sign("runs", "well", f"{plural(found.folders, 'published run')}, every file there")
    for path in found.unrecorded:
        yield Sign(
            "runs", "note", unrecorded_words(path, workspace.root),
            "Run the period again. The folder is kept, because a log that was rolled back looks"
            " like this too; move it away once you know.",
        )  # fmt: skip


def _half_written(workspace: Workspace) -> tuple[Path, ...]:
    """Temporary files and folders of commands that died, by the form of their name alone."""
    found: list[Path] = []
    try:
        found += workspace.store.leftovers()
        found += witness_leftovers(workspace.witness_path)
        found += check_published(workspace, _NAMES_ONLY).leftovers
        found += _beside_the_records(workspace.root)
    except IntegrityRefused:
        # Where anything unknown lies about, nothing is taken for a leftover.
        return ()
    return tuple(found)


def _beside_the_records(root: Path) -> Iterator[Path]:
    """Those of settings, tables, reports and packets, wherever beside the records they were put."""
    with machine(root):
        for place, folders, names in os.walk(root):
            # Those of the records are found where they may be, also in a workspace within this one.
            folders[:] = [name for name in folders if name[0] != "." and name not in RECORD_FOLDERS]
            for path in (Path(place, name) for name in names if is_leftover(name)):
                if not path.is_symlink():
                    yield path


def _leftovers(workspace: Workspace) -> Sign:
    found = _half_written(workspace)
    if not found:
        return Sign("leftovers", "well", "no command that died left anything half written")
    said = f"{plural(len(found), 'file or folder', 'files or folders')} half written by a command"
    return Sign(
        "leftovers", "note",
        f"{said} that died ({_sized(sum(map(_size, found)))}); nobody reads them",
        "Remove what is older than an hour: tieout doctor --sweep",
    )  # fmt: skip


def _scratch() -> Sign:
    found = left_behind()
    if not found:
        return Sign("temporary files", "well", "no engine that died left any")
    return Sign(
        "temporary files", "note",
        f"{plural(len(found), 'folder')} of engines that died ({_sized(sum(map(_size, found)))})",
        "The next run removes them, and so does: tieout doctor --sweep",
    )  # fmt: skip


def _lock(workspace: Workspace) -> Sign:
    owner = holder(workspace.evidence_path)
    if owner is None:
        return Sign("lock", "well", "nobody is writing")
    return Sign("lock", "note", f"held by {owner}", "Nothing: it is free when that command ends.")


def _sweep(workspace: Workspace) -> tuple[str, ...]:
    """Remove what is half written and old; the log verified before, under the lock."""
    workspace.log.entries()
    swept = []
    for path in _half_written(workspace):
        # Whoever is still writing one may remove it meanwhile.
        with contextlib.suppress(FileNotFoundError):
            if time.time() - path.lstat().st_mtime < _YOUNG_SECONDS:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
            swept.append(path.relative_to(workspace.root).as_posix())
    return (*swept, *(str(path) for path in sweep_left_behind()))


def _size(path: Path) -> int:
    """Its bytes; what another command removed since it was listed has none."""
    with contextlib.suppress(FileNotFoundError):
        names = path.rglob("*") if path.is_dir() else [path]
        return sum(one.lstat().st_size for one in names if not one.is_dir())
    return 0


def _sized(size: int) -> str:
    return f"{size:,} bytes" if size < 1 << 20 else f"{size >> 20:,} MiB"
