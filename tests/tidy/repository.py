"""The repository as data: which files belong to it, and where its parts are."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "tieout"

# Folders that tools make; asked only where the tree is no git work tree (an unpacked archive).
_MADE_BY_TOOLS = frozenset({"build", "dist", "__pycache__", "htmlcov", "tieout-demo"})


@cache
def files() -> tuple[Path, ...]:
    """Every file of the repository: known to git or about to be, never an ignored one."""
    git = shutil.which("git")
    if git is not None and (ROOT / ".git").exists():
        listed = subprocess.run(
            [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        names = listed.stdout.decode().split("\0")
        return tuple(sorted(ROOT / name for name in names if name and (ROOT / name).is_file()))
    return tuple(sorted(_walk(ROOT)))


def _walk(folder: Path) -> list[Path]:
    found: list[Path] = []
    for base, folders, names in os.walk(folder):
        folders[:] = [
            name
            for name in folders
            if name not in _MADE_BY_TOOLS and (not name.startswith(".") or name == ".ci")
        ]
        found.extend(Path(base) / name for name in names)
    return found


def files_under(folder: Path, suffix: str) -> tuple[Path, ...]:
    """The repository's files under a folder whose name ends in the suffix."""
    return tuple(path for path in files() if path.is_relative_to(folder) and path.suffix == suffix)


def name_of(path: Path) -> str:
    """The path as it is said in a message: relative to the root, with slashes."""
    return path.relative_to(ROOT).as_posix()
