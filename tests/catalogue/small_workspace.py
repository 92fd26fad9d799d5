"""A workspace small enough to work out by hand, and what a command reads and leaves in it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.catalogue.cases_configuration import WHOLE
from tieout.cli import main
from tieout.workspace.layout import Workspace

PRICES = "model,in,out\nalpha,2,8\n"
USAGE = (
    "id,at,model,status,tokens_in,tokens_out,team\n"
    "r1,2026-08-03T10:00:00Z,alpha,200,1000,500,search\n"
    "r2,2026-08-04T11:00:00Z,alpha,200,2000,0,search\n"
)
# By hand: 1,000 x 2 + 500 x 8 per million = 0.006; 2,000 x 2 per million = 0.004.
LEDGER = (
    "id,day,model,cost,team\nr1,2026-08-03,alpha,0.006,search\nr2,2026-08-04,alpha,0.004,search\n"
)
META = (
    '{"source": "https://example.com/prices", "accessed_at": "2026-07-31T06:00:00Z",'
    ' "operator": "AB"}'
)

_opened: list[str] = []
_listening = [False]


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if _listening[0] and event == "open" and isinstance(arguments[0], str):
        _opened.append(str(arguments[0]))


# An audit hook cannot be taken away again; it only listens while a test asks it to.
sys.addaudithook(_hear)


@contextmanager
def opened_files(root: Path) -> Iterator[list[str]]:
    """The names of the files under a folder that are opened meanwhile."""
    _opened.clear()
    found: list[str] = []
    _listening[0] = True
    try:
        yield found
    finally:
        _listening[0] = False
        found += [Path(one).name for one in _opened if Path(one).absolute().is_relative_to(root)]


def started(folder: Path) -> Path:
    """A workspace with settings, nothing recorded, and files to import beside it."""
    for name, text in (
        ("prices.csv", PRICES),
        ("usage.csv", USAGE),
        ("ledger.csv", LEDGER),
        ("prices.meta.json", META),
        ("history.csv", "file,accessed_at,url\nprices.csv,2026-07-31T06:00:00Z,\n"),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    Workspace.create(folder / "small", WHOLE)
    return folder / "small"


def price_words(folder: Path, accessed_at: str = "2026-07-31T06:00:00Z") -> tuple[str, ...]:
    """The command that records the price list; nobody has accepted it yet."""
    return (
        *("prices", "import", str(folder / "prices.csv"), "--source", "list"),
        *("--format", "price-list", "--accessed-at", accessed_at, "--by", "AB"),
    )


def filled(folder: Path, accessed_at: str = "2026-07-31T06:00:00Z") -> Path:
    """A workspace with prices, usage and books of August on record."""
    root = started(folder)
    for words in (
        (*price_words(folder, accessed_at), "--approved-by", "CD"),
        ("usage", "import", str(folder / "usage.csv"), "--by", "AB"),
        ("ledger", "import", str(folder / "ledger.csv"), "--by", "AB"),
    ):
        assert main(["--workspace", str(root), *words]) == 0
    return root


def contents(folder: Path) -> dict[str, bytes]:
    """Every file under a folder with its bytes."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
