"""What the harness fails is what the operating system is asked: nothing writes past it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from tests.crash.commands import words_of
from tests.crash.faulty_calls import Fault
from tests.crash.forked import ROOT, Server

pytestmark = [pytest.mark.crash, pytest.mark.slow]

# As the system calls them, and as Python does.
NAMES: Final = {"openat": "open", "linkat": "link", "unlinkat": "unlink", "mkdirat": "mkdir"}
WRITING: Final = (
    "open,openat,creat,mkdir,mkdirat,write,pwrite64,writev,fsync,fdatasync,link,linkat,"
)
CHANGING: Final = "rename,renameat,renameat2,unlink,unlinkat,rmdir,ftruncate,truncate,chmod,fchmod"
LINE: Final = re.compile(r"\d+ +(\w+)\((.*)")


def asked_of_the_system(
    strace: str, root: Path, words: tuple[str, ...], trace: Path
) -> Counter[str]:
    """The system calls of a command that write to a folder, counted by the system itself."""
    subprocess.run(
        [strace, "-f", "-y", "-qq", "-o", str(trace), "-e", f"trace={WRITING}{CHANGING}",
         sys.executable, "-m", "tieout", "--workspace", str(root), *words],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    found: Counter[str] = Counter()
    for line in trace.read_text(errors="replace").splitlines():
        call = LINE.match(line)
        if call is None or str(root) not in line:
            continue
        if call[1] in ("open", "openat") and not re.search("O_WRONLY|O_RDWR|O_CREAT", line):
            continue
        found[NAMES.get(call[1], call[1])] += 1
    return found


def test_every_call_that_writes_is_one_the_harness_can_fail(prepared: Path, tmp_path: Path) -> None:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed: scripts/bootstrap brings it where it may")
    words = words_of("prices approve", prepared)
    for name in ("traced", "counted"):
        shutil.copytree(prepared / "small", tmp_path / name)
    system = asked_of_the_system(strace, tmp_path / "traced", words, tmp_path / "trace")
    if not system:
        pytest.skip("this machine does not let a process be traced")
    with Server() as server:
        calls = server.run(tmp_path / "counted", words, Fault(0)).calls
    counted = Counter(call.split()[0] for call in calls)
    # One system call stands behind both; a handle that is closed has been counted as written.
    counted["rename"] += counted.pop("replace")
    del counted["close"]
    # The owner record of the lock is written by the interpreter itself: it is no evidence.
    assert system - counted == Counter({"write": 1})
    assert counted - system == Counter()
