"""What the harness fails is what the operating system is asked: nothing writes past it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from cyclopts import App

from tests.crash.commands import COMMANDS, in_place, place_of, words_of
from tests.crash.faulty_calls import Fault
from tests.crash.forked import ROOT, Server
from tests.crash.invariants import DECISIONS, disk
from tieout.cli.app import app
from tieout.evidence.records import captures
from tieout.workspace.layout import Workspace

pytestmark = [pytest.mark.crash, pytest.mark.slow]

# As the system calls them, and as Python does.
NAMES: Final = {"openat": "open", "linkat": "link", "unlinkat": "unlink", "mkdirat": "mkdir"}
WRITING: Final = (
    "open,openat,creat,mkdir,mkdirat,write,pwrite64,writev,fsync,fdatasync,link,linkat,"
)
CHANGING: Final = "rename,renameat,renameat2,unlink,unlinkat,rmdir,ftruncate,truncate,chmod,fchmod"
LINE: Final = re.compile(r"\d+ +(\w+)\((.*)")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """The process that forks."""
    with Server() as started:
        yield started


def asked_of_the_system(
    strace: str, root: Path, words: tuple[str, ...], trace: Path
) -> Counter[str]:
    """The system calls of a command that write to a folder, counted by the system itself."""
    done = subprocess.run(
        [strace, "-f", "-y", "-qq", "-o", str(trace), "-e", f"trace={WRITING}{CHANGING}",
         sys.executable, "-m", "tieout", "--workspace", str(root), *words],
        check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert done.returncode in DECISIONS
    found: Counter[str] = Counter()
    for line in trace.read_text(errors="replace").splitlines():
        call = LINE.match(line)
        if call is None or str(root) not in line:
            continue
        if call[1] in ("open", "openat") and not re.search("O_WRONLY|O_RDWR|O_CREAT", line):
            continue
        found[NAMES.get(call[1], call[1])] += 1
    return found


# What the interpreter writes itself: the owner record of the lock, which is no evidence. A new
# workspace is made without the lock.
@pytest.mark.parametrize(
    ("name", "owner_records"),
    [("init", 0), ("prices approve", 1), ("run", 1), ("usage import", 1), ("sign, a run", 1)],
)
def test_every_call_that_writes_is_one_the_harness_can_fail(
    prepared: Path, tmp_path: Path, server: Server, name: str, owner_records: int
) -> None:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed: scripts/bootstrap brings it where it may")
    for place in ("traced", "counted"):
        shutil.copytree(place_of(name, prepared), tmp_path / place)
    words = words_of(name, prepared)
    system = asked_of_the_system(
        strace, tmp_path / "traced", in_place(words, tmp_path / "traced"), tmp_path / "trace"
    )
    if not system:
        pytest.skip("this machine does not let a process be traced")
    calls = server.run(tmp_path / "counted", words, Fault(0)).calls
    counted = Counter(call.split()[0] for call in calls)
    # One system call stands behind both; a handle that is closed has been counted as written.
    counted["rename"] += counted.pop("replace", 0)
    del counted["close"]
    assert system - counted == Counter({"write": owner_records})
    assert counted - system == Counter()


def commands_of(app: App, before: str = "") -> Iterator[str]:
    """Every command there is, as it is typed."""
    for name in app:
        if not name.startswith("-"):
            found = app[name]
            inner = list(commands_of(found, f"{before}{name} "))
            yield from inner or [f"{before}{name}"]


def test_every_command_is_swept_or_only_reads() -> None:
    swept = {re.sub(r"( --|,).*", "", name) for name in COMMANDS}
    # A demonstration makes a workspace of its own with the commands that are swept.
    assert set(commands_of(app)) == swept | {" ".join(words[:2]) for words in READING} | {
        "doctor", "report", "verify", "demo",
    }  # fmt: skip


READING: Final = {
    **dict.fromkeys(
        (
            ("prices", "list"), ("prices", "diff", "FIRST", "SECOND"), ("prices", "show", "alpha"),
            ("prices", "used", "--model", "alpha"), ("usage", "check"), ("ledger", "check"),
            ("contract", "list"), ("contract", "show", "units-per-usd"), ("contract", "check"),
            ("mapping", "check"), ("variance", "list"), ("variance", "show", "LINE"),
            ("credits", "list"), ("claim", "list"), ("claim", "show", "LINE"),
        ),
        "small",
    ),
    **dict.fromkeys(
        (
            ("key", "show", "KEY", "--passphrase-file", "PASSPHRASE"), ("people", "review"),
            ("policy", "show"), ("exclusions", "check"), ("estimate", "list"),
            ("calculation", "show"),
        ),
        "open",
    ),
    ("variance", "diff"): "approved",
    ("credits", "tie", "--period", "2026-08-03", "--gl", "GL"): "prepaid",
}  # fmt: skip
# Commands that read when they are told less, and are named above or swept by another name.
ALSO_READING: Final = {
    ("doctor",): "small", ("report",): "small", ("verify",): "small",
    ("mapping", "suggest"): "open", ("checklist",): "approved", ("sign", "RUN"): "approved",
    ("variance", "resolve", "GROUP", "--as", "accepted", "--reason", "w", "--evidence", "LETTER"):
        "open",
    ("verify", "--pack", "PACK"): "approved",
    ("credits", "journal", "--period", "2026-08-03"): "prepaid",
    ("credits", "statement", "--period", "2026-08-03"): "prepaid",
}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "place"),
    [*READING.items(), *ALSO_READING.items()],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_command_that_reads_writes_nothing(
    prepared: Path, tmp_path: Path, server: Server, words: tuple[str, ...], place: str
) -> None:
    root = tmp_path / place
    shutil.copytree(prepared / place, root)
    before = disk(root)
    first, second = (one.capture_id for one in captures(Workspace.open(root).log)[:2])
    named = {
        "FIRST": first, "SECOND": second, "KEY": str(prepared / "ab.key"),
        "PASSPHRASE": str(prepared / "passphrase.txt"), "PACK": str(prepared / "kept.zip"),
        "LETTER": str(prepared / "letter.txt"), "RUN": (prepared / "run.id").read_text(),
        "GROUP": (prepared / "group.id").read_text(),
        "GL": str(prepared / "books-of-the-day.csv"),
    }  # fmt: skip
    ending = server.run(root, tuple(named.get(word, word) for word in words), Fault(0))
    # Nothing in the workspace has that name.
    assert ending.is_acknowledged or words[1:] == ("show", "LINE"), ending
    # Whoever looks at the lock closes it again.
    assert set(ending.calls) <= {"close /evidence/lock"}
    assert disk(root) == before
