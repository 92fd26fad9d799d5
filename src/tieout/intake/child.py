"""Hostile files are read in a child process; whatever it dies of becomes a letter naming the file.

The child gets the file already open, limits that fit its size, and three empty files for what it
finds. It hands back an answer and tables as bytes; nothing of them is believed before it is
checked, and nothing is unpickled.
"""

from __future__ import annotations

import atexit
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
import pyarrow as pa

import tieout
from tieout.errors import EnvironmentRefused, InputRefused
from tieout.intake.child_limits import Limits
from tieout.intake.child_server import LONGEST_MESSAGE, Ending

# A system without fork reads files in the process itself, behind the caps of the reader alone.
AVAILABLE: Final = hasattr(os, "fork") and hasattr(socket, "send_fds")

_START_SECONDS: Final = 60
_STOP_SECONDS: Final = 5
_BOOT: Final = (
    "import sys; sys.path[:0] = sys.argv[3:]\n"
    "from tieout.intake.child_server import serve\n"
    "serve(int(sys.argv[1]), sys.argv[2])\n"
)


@dataclass(frozen=True, slots=True)
class Results:
    """What a child left behind: three files, still unchecked, and how it ended."""

    answer: BinaryIO
    first: BinaryIO
    second: BinaryIO
    ending: Ending


class ChildServer:
    """The server of children for one program; it starts when it is first asked."""

    def __init__(self, program: str, roots: tuple[Path, ...] = ()) -> None:
        """Name the program.

        Args:
            program: the module whose ``work(files)`` a child does.
            roots: folders it is found in, beside those of Tieout and its libraries.
        """
        self.last: Ending | None = None  # how the last child ended, for whoever measures
        self._program = program
        self._roots = roots
        self._lock = threading.Lock()
        self._owner = 0
        self._busy = False
        self._socket: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server, so that it is ready when it is asked."""
        with self._lock:
            self._started()

    def ask(
        self, file: BinaryIO, request: bytes, limits: Limits, name: str, files: ExitStack
    ) -> Results:
        """Have a child do its work on an open file.

        Args:
            file: the hostile file, open for reading.
            request: what the program needs to know.
            limits: what the child may use.
            name: the file's name, for letters.
            files: holds the results open as long as the caller needs them.

        Raises:
            InputRefused: ``INPUT_LIMIT``: a limit was reached; ``INPUT_CRASH``: the child died.
            EnvironmentRefused: ``CHILD_START``: no child can be started on this machine.
        """
        given, answer, first, second = (files.enter_context(nameless()) for _ in range(4))
        given.write(request)
        given.seek(0)
        sent = [one.fileno() for one in (file, given, answer, first, second)]
        with self._lock:
            try:
                ending = self._asked(sent, limits)
            except (OSError, msgspec.MsgspecError) as error:
                self._stop()
                raise EnvironmentRefused(
                    "CHILD_START",
                    "The process that reads files does not answer; this one was not read.",
                    where=(name, type(error).__name__),
                    remedy="Look at free memory and at limits on processes, then repeat it.",
                ) from error
            except BaseException:
                # Interrupted: what this child would still say must not be heard for the next one.
                self._stop()
                raise
        self.last = ending
        _require_alive(ending, limits, name)
        return Results(answer, first, second, ending)

    def close(self) -> None:
        """End the server."""
        with self._lock:
            self._stop()

    def _asked(self, sent: list[int], limits: Limits) -> Ending:
        line = self._started()
        line.settimeout(_START_SECONDS + limits.wall_seconds)
        socket.send_fds(line, [msgspec.json.encode(limits)], sent)
        self._busy = True
        told = b""
        while not told.endswith(b"\n"):
            part = line.recv(LONGEST_MESSAGE)
            if not part:
                raise ConnectionError
            told += part
        self._busy = False
        return msgspec.json.decode(told, type=Ending)

    def _started(self) -> socket.socket:
        # After a fork of this process the line belongs to the other one.
        if self._socket is not None and self._owner == os.getpid():
            if self._process is not None and self._process.poll() is None:
                return self._socket
            self._stop()
        mine, theirs = socket.socketpair()
        with theirs:
            roots = {str(Path(str(one.__file__)).parents[1]) for one in (tieout, msgspec, pa)}
            argv = [str(theirs.fileno()), self._program, *map(str, self._roots), *sorted(roots)]
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter, our own words
                [sys.executable, "-I", "-S", "-B", "-c", _BOOT, *argv],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                # Nothing of ours is inherited: no key that stands in a variable, no open file.
                env={"LC_ALL": "C.UTF-8", "TZ": "UTC", "ARROW_DEFAULT_MEMORY_POOL": "system"},
                cwd="/",
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        if self._owner == 0:
            atexit.register(self.close)
        self._socket, self._owner = mine, os.getpid()
        return mine

    def _stop(self) -> None:
        line, process = self._socket, self._process
        self._socket = self._process = None
        if line is not None:
            line.close()
        if process is not None and self._owner == os.getpid():
            if self._busy:
                # It sees that nobody waits, and takes its child with it.
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_STOP_SECONDS)
            process.kill()
            process.wait()
        self._busy = False


def nameless() -> BinaryIO:
    """An empty file without a name: nobody else can reach it, and nothing is left behind."""
    return tempfile.TemporaryFile(prefix="tieout-")


def _require_alive(ending: Ending, limits: Limits, name: str) -> None:
    """Refuse the file whose child did not come to its end."""
    if ending.status == 0:
        return
    if ending.late:
        raise limit_reached(name, "time on the clock", f"{limits.wall_seconds} seconds")
    if ending.signal == signal.SIGXCPU:
        raise limit_reached(name, "processor time", f"{limits.cpu_seconds} seconds")
    how = f"status {ending.status}"
    if ending.signal is not None:
        how = signal.strsignal(ending.signal) or f"signal {ending.signal}"
    raise crashed(name, how)


def limit_reached(name: str, limit: str, most: str) -> InputRefused:
    """The letter for a file that used more than a file of its size ever needs."""
    return InputRefused(
        "INPUT_LIMIT",
        f"Reading the file reached the limit of {limit} ({most}); nothing of it was used.",
        where=(name,),
        remedy="Look at what made the file; if it is honest, split it and import the parts.",
    )


def crashed(name: str, how: str) -> InputRefused:
    """The letter for a file that the process reading it did not survive."""
    return InputRefused(
        "INPUT_CRASH",
        f"The process that read the file died ({how}); nothing of it was used.",
        where=(name,),
        remedy="Export the file again. If it happens twice, keep the file and report it.",
    )
