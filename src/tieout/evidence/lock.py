"""The workspace lock: one writer at a time, and a letter that names who it is.

The operating system frees the lock when its holder dies, so a stale lock does not exist; only the
owner record may be stale, and it is believed only while the lock is held.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from tieout.errors import ConflictRefused, EnvironmentRefused
from tieout.evidence.checkpoint import store_absent
from tieout.evidence.machine import machine, read_file

PATIENCE_SECONDS: Final = 2.0
_OWNER: Final = re.compile(rb"process ([0-9]{1,10}) on ([A-Za-z0-9._-]{1,255})\n")
_WRITE_OVER: Final = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC


@contextlib.contextmanager
def workspace_lock(root: Path) -> Iterator[None]:
    """Hold the lock of an evidence folder; a thread that already holds it simply goes on.

    Raises:
        ConflictRefused: ``LOCK_HELD``: another process or thread holds it.
        ConfigurationRefused: ``STORE_ABSENT``.
        EnvironmentRefused: the file system cannot lock, or the folder cannot be written.
    """
    if not root.is_dir():
        raise store_absent(root)
    # One instance a path, so that a command may hold the lock around several appends. A file
    # system without locks is refused: a lock that only looks like one would let two writers in.
    lock = FileLock(root / "lock", is_singleton=True, fallback_to_soft=False)
    with machine(root / "lock"):
        try:
            lock.acquire(timeout=PATIENCE_SECONDS)
        except Timeout as error:
            raise _held(root) from error
    try:
        if lock.lock_counter == 1:
            _write_owner(root)
        yield
    finally:
        if lock.lock_counter == 1:
            with contextlib.suppress(OSError):
                (root / "lock-owner").unlink()
        lock.release()


def holder(root: Path) -> str | None:
    """Who holds the lock of an evidence folder just now, or None when it is free.

    Raises:
        EnvironmentRefused: the file system cannot lock.
    """
    path = root / "lock"
    try:
        with machine(path):
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return _owner(root)
            finally:
                os.close(handle)
    except EnvironmentRefused as refused:
        if isinstance(refused.__cause__, FileNotFoundError):
            return None
        raise
    return None


def _write_owner(root: Path) -> None:
    # Not evidence and not durable: it only has to outlast a wait of two seconds.
    owner = root / "lock-owner"
    host = re.sub(r"[^A-Za-z0-9._-]", "-", socket.gethostname())[:255] or "unknown"
    with machine(owner), os.fdopen(os.open(owner, _WRITE_OVER, 0o644), "wb") as opened:
        opened.write(f"process {os.getpid()} on {host}\n".encode("ascii"))


def _held(root: Path) -> ConflictRefused:
    return ConflictRefused(
        "LOCK_HELD",
        "Another command is writing to this workspace.",
        where=(str(root / "lock"), f"held by {_owner(root)}"),
        remedy="Wait for it to end, then repeat this command.",
    )


def _owner(root: Path) -> str:
    found = _OWNER.fullmatch(read_file(root / "lock-owner") or b"")
    return "unknown holder" if found is None else found[0].decode("ascii").strip()
