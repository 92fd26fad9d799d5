"""What a file that has taken over its reader might try; each is one word of a request."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pickle
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence


def _spin() -> None:
    while True:
        pass


def _memory() -> None:
    try:
        bytearray(8 << 30)
    except MemoryError:
        os._exit(33)


def _hold() -> None:
    kept = [bytearray(b"x") * (1 << 20) for _ in range(40)]
    assert len(kept) == 40


def _connect() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as line:
        line.connect(("127.0.0.1", 9))


def _unpickle() -> None:
    pickle.loads(pickle.dumps(os.getcwd))  # noqa: S301 - that it fails is the test


def _many_files() -> None:
    kept = [os.open(os.devnull, os.O_RDONLY) for _ in range(100)]
    assert len(kept) < 100


ACTS: dict[str, Callable[[], object]] = {
    "sleep": lambda: time.sleep(60),
    "spin": _spin,
    "memory": _memory,
    "hold 40 MiB": _hold,
    "segfault": lambda: signal.raise_signal(signal.SIGSEGV),
    "abort": os.abort,
    "exit 7": lambda: os._exit(7),
    "killed": lambda: signal.raise_signal(signal.SIGKILL),
    "connect": _connect,
    "unpickle": _unpickle,
    "run a program": lambda: subprocess.run(["/bin/true"], check=True),
    "fork": os.fork,
    "write a file": lambda: open("/tmp/tieout-hostile", "w"),  # noqa: PTH123, S108, SIM115
    "open many files": _many_files,
    "raise": lambda: 1 // 0,
}


def _seen() -> dict[str, object]:
    """What a child can see of the world."""
    with open("/proc/self/net/dev", encoding="ascii") as devices:  # noqa: PTH123
        lines = devices.read().splitlines()[2:]
    return {
        "variables": sorted(os.environ),
        "interfaces": [line.split(":")[0].strip() for line in lines],
        "core": resource.getrlimit(resource.RLIMIT_CORE),
        "files": sorted(int(one) for one in os.listdir("/proc/self/fd")),  # noqa: PTH208
        "folder": os.getcwd(),  # noqa: PTH109
        "path": sys.path,
    }


def work(files: Sequence[int]) -> None:
    """Do the act that the request names; a refusal by the guard is told in the answer."""
    act = os.pread(files[1], 100, 0).decode()
    if act == "look around":
        os.write(files[2], json.dumps(_seen()).encode())
    elif act == "write much":
        with contextlib.suppress(OSError), io.FileIO(files[3], "w", closefd=False) as result:
            while result.write(b"x" * (1 << 20)):
                pass
        os.write(files[2], str(os.fstat(files[3]).st_size).encode())
    else:
        try:
            ACTS[act]()
        except (OSError, ZeroDivisionError) as error:
            os.write(files[2], f"{type(error).__name__}: {error}".encode())
