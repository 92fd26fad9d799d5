"""The script of an example, walked through as a user would."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


class Walk:
    """What the script left behind: its output, its exit code and a workspace."""

    def __init__(self, example: Path, folder: Path) -> None:
        """Run the script of the example in a folder."""
        self.workspace = folder / "acme-ai"
        self._environment = {
            **os.environ,
            "TIEOUT": f"{sys.executable} -m tieout",
            "PYTHONPATH": str(example.parents[1] / "src"),
            "COLUMNS": "100",
        }
        done = subprocess.run(
            [str(example / "run.sh"), str(self.workspace)],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        self.code, self.output, self.errors = done.returncode, done.stdout, done.stderr

    def say(self, *arguments: str) -> str:
        """One more command in the same workspace."""
        return subprocess.run(
            [sys.executable, "-m", "tieout", *arguments],
            cwd=self.workspace,
            env=self._environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
