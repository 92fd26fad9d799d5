"""The machine under a workspace: disk, rights, clock and versions, each with what to do."""

from __future__ import annotations

import os
import platform
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Final, Literal

from tieout import __version__
from tieout.calendar import instant_text
from tieout.evidence.checkpoint import FORM
from tieout.evidence.log import Entry
from tieout.workspace.layout import RECORD_FOLDERS, Workspace

State = Literal["well", "note", "act"]

_MIB: Final = 1 << 20
_LEAST_FREE: Final = 256 * _MIB
_LITTLE_FREE: Final = 2048 * _MIB
_SKEW: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing doctor looked at.

    Attributes:
        name: what it is about.
        state: ``well``; ``note``: harmless, worth knowing; ``act``: something must be done.
        found: what was found, in a sentence.
        remedy: what to do next; empty where nothing is to be done.
        is_evidence: whether it is about the evidence itself, not about the machine.
    """

    name: str
    state: State
    found: str
    remedy: str = ""
    is_evidence: bool = False


def machine_signs(
    workspace: Workspace, entries: tuple[Entry, ...], now: datetime
) -> Iterator[Sign]:
    """Disk space, rights, clock and versions."""
    yield _disk(workspace.root)
    yield _rights(workspace)
    yield _clock(entries, now)
    libraries = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "pyarrow", "tzdata"))
    found = f"Tieout {__version__}, {FORM}, Python {platform.python_version()}, {libraries}"
    yield Sign("versions", "well", found)


def _disk(root: Path) -> Sign:
    free = shutil.disk_usage(root).free
    found = f"{free // _MIB:,} MiB free where the workspace is"
    if free < _LEAST_FREE:
        return Sign("disk space", "act", found, "Free some space before the next command.")
    if free < _LITTLE_FREE:
        return Sign("disk space", "note", found, "A large period may need more than that.")
    return Sign("disk space", "well", found)


def _rights(workspace: Workspace) -> Sign:
    name, mine = "permissions", os.geteuid()
    for folder in RECORD_FOLDERS:
        path = workspace.root / folder
        if not path.is_dir():
            continue
        if not os.access(path, os.R_OK | os.X_OK):
            return Sign(name, "act", f"{path} cannot be read", "Give this account the right.")
        if not os.access(path, os.W_OK):
            return Sign(
                name, "note", f"{path} cannot be written: reports and verify work, imports do not",
                "Give this account the right, if it is to record anything.",
            )  # fmt: skip
        if stat.S_IMODE(path.stat().st_mode) & stat.S_IWOTH:
            return Sign(
                name, "act", f"every account of this machine may write to {path}",
                f"Take the right away: chmod o-w {path}", is_evidence=True,
            )  # fmt: skip
        if mine not in (0, path.stat().st_uid):
            return Sign(name, "note", f"{path} belongs to another account of this machine")
    return Sign(name, "well", "this account may read and write, and not everybody may")


def _clock(entries: tuple[Entry, ...], now: datetime) -> Sign:
    said = f"it is {instant_text(now.replace(microsecond=0))}"
    latest = max((entry.at for entry in entries), default="")
    if latest and datetime.fromisoformat(latest) - now > _SKEW:
        return Sign(
            "clock", "note", f"{said}, and an entry of the log says {latest}",
            "Check the clock, unless a run looked from a later instant (--as-of). The order of the"
            " log depends on neither.",
        )  # fmt: skip
    return Sign("clock", "well", f"{said}, after the newest entry" if latest else said)
