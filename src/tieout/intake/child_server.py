"""The server that starts one child for each file: it is asked, forks, waits, and tells the end.

It is a fresh program with an empty environment and no file of its parent open; it never looks at a
hostile byte. A child is a copy of it, so that a file costs a fork and not a start of Python.
"""

from __future__ import annotations

import importlib
import os
import select
import signal
import socket
import time
from contextlib import suppress
from typing import Any, Final, Literal

import msgspec

from tieout.intake.child_limits import Limits, cut_off_network, enter

# The file, the request, the answer, and two results.
FILES: Final = 5
LONGEST_MESSAGE: Final = 4096
BROKEN: Final = 70


class Ending(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a child ended.

    Attributes:
        status: its exit status; null where a signal ended it.
        signal: the signal that ended it, or null.
        late: whether the server ended it because its time on the clock was over.
        cpu_milliseconds: processor time it used.
        peak_growth: bytes of memory it held at most, beyond the empty child.
        network: ``wall``: it had no network; ``guard``: Python code could open no socket.
    """

    status: int | None
    signal: int | None
    late: bool
    cpu_milliseconds: int
    peak_growth: int
    network: Literal["wall", "guard"]


def serve(number: int, program: str) -> None:
    """Answer requests on a socket until its other end is gone.

    Args:
        number: the open file of the socket.
        program: the module whose ``work(files)`` a child does.
    """
    network: Literal["wall", "guard"] = "wall" if cut_off_network() else "guard"
    work = importlib.import_module(program).work
    empty = _empty_child()
    # A parent that is gone while a child was at work is no fault of the server's.
    with socket.socket(fileno=number) as parent, suppress(ConnectionError):
        while True:
            message, files, _, _ = socket.recv_fds(parent, LONGEST_MESSAGE, FILES)
            if not message:
                return
            limits = msgspec.json.decode(message, type=Limits)
            ending = _one_child(work, limits, files, parent, (empty, network))
            parent.sendall(msgspec.json.encode(ending) + b"\n")


def _one_child(
    work: Any,  # noqa: ANN401 - the work of a program that is named at run time
    limits: Limits,
    files: list[int],
    parent: socket.socket,
    server: tuple[int, Literal["wall", "guard"]],
) -> Ending:
    """Fork a child, wait for it, and say how it ended."""
    empty, network = server
    alive, held = os.pipe()
    child = os.fork()
    if child == 0:
        _be_the_child(work, limits, files, (parent.fileno(), alive))
    for one in (held, *files):
        os.close(one)
    late = _wait(alive, parent, child, limits.wall_seconds)
    os.close(alive)
    _, status, used = os.wait4(child, 0)
    return Ending(
        status=os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else None,
        signal=os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
        late=late,
        cpu_milliseconds=int((used.ru_utime + used.ru_stime) * 1000),
        peak_growth=max(0, (used.ru_maxrss - empty) * 1024),
        network=network,
    )


def _empty_child() -> int:
    """What a child that does nothing holds, in KiB; the growth of the others is beyond it."""
    child = os.fork()
    if child == 0:
        os._exit(0)
    return os.wait4(child, 0)[2].ru_maxrss


def _be_the_child(work: Any, limits: Limits, files: list[int], unwanted: tuple[int, ...]) -> None:  # noqa: ANN401
    status = BROKEN
    try:
        for one in unwanted:
            os.close(one)
        enter(limits)
        work(files)
        status = 0
    finally:
        # Whatever happened is told by the status; nothing may unwind into the server's loop.
        os._exit(status)


def _wait(alive: int, parent: socket.socket, child: int, seconds: int) -> bool:
    """Wait until the child is gone, its time is over, or nobody waits for it any more."""
    deadline = time.monotonic_ns() + seconds * 1_000_000_000
    left = seconds
    while left > 0:
        ready, _, _ = select.select([alive, parent.fileno()], [], [], left)
        if alive in ready:
            return False
        if ready:
            break
        left = (deadline - time.monotonic_ns()) // 1_000_000_000
    os.kill(child, signal.SIGKILL)
    return True
