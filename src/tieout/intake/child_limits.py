"""The walls around a child that reads a hostile file: what it may use, and what it cannot reach.

A *wall* is kept by the kernel: memory, processor time, size of what is written, open files, no core
dump, and, where the machine allows a network of one's own, no network at all. A *guard* is kept by
the interpreter: it stops Python code from opening sockets, writing files, starting programs or
loading pickles, and would not stop machine code. The child stands behind both.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path
from typing import Final, NoReturn

import msgspec

try:
    import resource
except ImportError:  # pragma: no cover - a system without limits; see child.AVAILABLE
    resource = None  # type: ignore[assignment]

MIB: Final = 1 << 20
# Unpacked bytes that a packed file may claim per packed byte; the container refuses beyond it.
UNPACKED_PER_BYTE: Final = 200
UNPACKED_MOST: Final = 4 << 30

# Address space beyond the empty child: stacks and buffers of the columnar library's threads, then
# what the greediest form (one JSON document) was seen to need per byte, twice over.
_MEMORY_FLOOR: Final = 1 << 30
_MEMORY_PER_BYTE: Final = 64
# The slowest form reads 10 MB a second; a tenth of that on a busy machine is still no attack.
_CPU_FLOOR: Final = 20
_BYTES_PER_CPU_SECOND: Final = MIB
_WALL_PER_CPU: Final = 3
# A record of two bytes carries a place and a digest of about 100.
_RESULT_FLOOR: Final = 64 * MIB
_RESULT_PER_BYTE: Final = 64
_OPEN_FILES: Final = 64

_NO_LIMIT: Final = 1 << 62
_CLONE_NEWUSER: Final = 0x10000000
_CLONE_NEWNET: Final = 0x40000000
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# Prefixes of what the interpreter announces before it does it.
_FORBIDDEN: Final = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "os.kill",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.mkdir",
    "os.link",
    "os.symlink",
    "os.chmod",
    "os.chown",
    "os.truncate",
    "os.putenv",
    "ctypes.",
    "pickle.",
    "shutil.",
    "urllib.",
    "ftplib.",
    "smtplib.",
    "webbrowser.",
)


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a child may use.

    Attributes:
        memory: bytes of address space beyond the empty child.
        cpu_seconds: seconds of processor time.
        wall_seconds: seconds on the clock, kept by the server that started the child.
        result_bytes: the largest file it may write.
        open_files: how many files it may hold open.
    """

    memory: int
    cpu_seconds: int
    wall_seconds: int
    result_bytes: int
    open_files: int = _OPEN_FILES


def limits_for(size: int, *, packed: bool) -> Limits:
    """The limits for a file of that many bytes; a packed file counts as the most it may become."""
    most = min(UNPACKED_MOST, max(MIB, UNPACKED_PER_BYTE * size)) if packed else size
    cpu = _CPU_FLOOR + most // _BYTES_PER_CPU_SECOND
    return Limits(
        memory=min(_MEMORY_FLOOR + _MEMORY_PER_BYTE * most, _machine_memory()),
        cpu_seconds=cpu,
        wall_seconds=_WALL_PER_CPU * cpu,
        result_bytes=_RESULT_FLOOR + _RESULT_PER_BYTE * most,
    )


def enter(limits: Limits) -> None:
    """Put the calling process behind its walls and its guard; there is no way back."""
    _offer_to_the_reaper()
    empty = _address_space()
    walls = [
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, limits.result_bytes),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
    ]
    if empty is not None:
        walls.append((resource.RLIMIT_AS, empty + limits.memory))
    for kind, most in walls:
        hard = resource.getrlimit(kind)[1]
        hard = _NO_LIMIT if hard == resource.RLIM_INFINITY else hard
        fits = min(most, hard)
        # A second lies between the signal that names this limit and the one that names nothing.
        spare = 1 if kind == resource.RLIMIT_CPU and fits < hard else 0
        resource.setrlimit(kind, (fits, fits + spare))
    sys.addaudithook(_guard)


def cut_off_network() -> bool:
    """Move the calling process into a network of its own, which is empty; whether that was allowed.

    Must be called before the process has a second thread.
    """
    if sys.platform != "linux":
        return False
    unshare = getattr(ctypes.CDLL(None, use_errno=True), "unshare", None)
    if unshare is None:
        return False
    # Who may not do that alone may do it inside a user space of their own.
    return any(unshare(kind) == 0 for kind in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET))


class Guarded(PermissionError):
    """The guard stopped something that reading a file never needs."""


def _guard(event: str, given: tuple[object, ...]) -> None:
    if event == "open":
        path, mode, flags = given
        by_mode = isinstance(mode, str) and bool(set(mode) & set("wax+"))
        by_flags = isinstance(flags, int) and bool(flags & _WRITING)
        # A number is a file that is open already: one of the five the child was given.
        if not isinstance(path, int) and (by_mode or by_flags):
            _stop("open for writing")
    elif event.startswith(_FORBIDDEN):
        _stop(event)


def _stop(event: str) -> NoReturn:
    raise Guarded(f"not allowed while a file is read: {event}")


def _offer_to_the_reaper() -> None:
    """Where the machine runs out of memory, this process goes first."""
    try:
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
    except OSError:
        return


def _address_space() -> int | None:
    """Bytes of address space the calling process has now; null where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except OSError:
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")


def _machine_memory() -> int:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return _NO_LIMIT
