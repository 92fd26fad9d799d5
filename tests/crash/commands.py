"""The commands whose faults are swept, and the workspace each of them finds."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.catalogue.small_workspace import USAGE, filled
from tieout.cli import main
from tieout.evidence.capture import captures
from tieout.workspace.layout import Workspace

AS_OF: Final = "2026-09-02T06:00:00Z"
_RUN: Final = ("run", "--period", "2026-08", "--as-of", AS_OF, "--by", "AB", "--threads", "1")

# What each command is told; a file stands in the folder of the workspace's own folder.
WORDS: Final[dict[str, Callable[[Path], tuple[str, ...]]]] = {
    "prices import": lambda folder: (
        *("prices", "import", str(folder / "later.csv"), "--source", "list"),
        *("--format", "price-list", "--accessed-at", "2026-08-09T06:00:00Z", "--by", "AB"),
    ),
    "prices approve": lambda folder: ("prices", "approve", waiting(folder / "small"), "--by", "CD"),
    "usage import": lambda folder: ("usage", "import", str(folder / "more.csv"), "--by", "AB"),
    "ledger import": lambda folder: ("ledger", "import", str(folder / "books.csv"), "--by", "AB"),
    "run": lambda _: _RUN,
    "doctor --sweep": lambda _: ("doctor", "--sweep"),
}


def waiting(root: Path) -> str:
    """The capture that nobody has approved yet in the prepared workspace."""
    log = Workspace.open(root).log
    return next(one.capture_id for one in captures(log) if not one.approved_by)


def prepare(folder: Path) -> Path:
    """A workspace in which everything was done once, with new files for each command beside it."""
    folder.mkdir(parents=True)
    root = filled(folder)
    (folder / "waiting.csv").write_text("model,in,out\nalpha,2,8\nbeta,1,1\n")
    (folder / "later.csv").write_text("model,in,out\nalpha,2,9\n")
    (folder / "more.csv").write_text(USAGE.replace("r1", "r3").replace("r2", "r4"))
    (folder / "books.csv").write_text(
        "id,day,model,cost,team\nr3,2026-08-03,alpha,0.006,search\nr4,2026-08-04,alpha,0.004,search\n"
    )
    words = (
        *("prices", "import", str(folder / "waiting.csv"), "--source", "list"),
        *("--format", "price-list", "--accessed-at", "2026-09-01T06:00:00Z", "--by", "AB"),
    )
    assert main(["--workspace", str(root), *words]) == 0
    assert main(["--workspace", str(root), *_RUN]) in (0, 1, 9)
    # What an earlier command left when it died, two hours ago.
    for place in ("evidence/objects", "evidence", "witness"):
        leftover = root / place / f".staged-{'0' * 32}"
        leftover.write_bytes(b"half writ")
        os.utime(leftover, (leftover.stat().st_mtime - 7200,) * 2)
    return root
