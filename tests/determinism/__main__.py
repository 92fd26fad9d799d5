"""``python -m tests.determinism``: the whole cover on both engines, and 20 full cells by lot.

Prints the digest and seconds of every cell; exits 1 unless all digests are one.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

from tests.determinism.cells import by_lot, pairwise
from tests.determinism.period import prepared, run_cell
from tieout.workspace.layout import Workspace


def main() -> int:
    """Run every cell on a copy of the workspace it needs."""
    digests = set()
    with tempfile.TemporaryDirectory(prefix="tieout-cells-") as folder:
        made: dict[tuple[str, str], Path] = {}
        for number, cell in enumerate([*pairwise(), *by_lot(20)]):
            key = (cell.order, cell.parts)
            if key not in made:
                home = Path(folder) / f"period-{len(made)}"
                home.mkdir()
                made[key] = prepared(home, cell.order, int(cell.parts)).root
            copy = Path(folder) / f"cell-{number}"
            shutil.copytree(made[key], copy)
            started = time.perf_counter()
            digest = str(run_cell(Workspace.open(copy), cell)["result_digest"])
            seconds = time.perf_counter() - started
            print(f"  {digest[:16]}  {seconds:6.1f} s  {cell.name}", flush=True)  # noqa: T201 - its purpose
            digests.add(digest)
            shutil.rmtree(copy)
    print(f"{number + 1} cells, {len(digests)} digest{'s' if len(digests) > 1 else ''}")  # noqa: T201 - its purpose
    return 0 if len(digests) == 1 else 1


if __name__ == "__main__":
    raise SystemExit(main())
