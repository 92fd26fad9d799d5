"""A prepaid office: a day of calls from a bought balance, and the people who sign it.

By hand: 1,190.00 was paid for 500,000,000 units, 190.00 of it tax, and 50,000,000 came as a bonus.
The pool is 550,000,000 units for 1,000.00, so that 550,000 are a dollar. r1 (search) took 150,000
of them, r2 (ops) 50,000 and r3, which carries no label, 100,000: 300/550 of a dollar.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

from tests.controls.office import (
    AS_OF,
    PRICES,
    SETTINGS,
    both_signed,
    bring,
    found,
    key_of,
    ran,
    written,
)
from tieout.actions.checklist import answer_item
from tieout.actions.credits import import_movements, state_balance
from tieout.actions.prices import Origin, import_prices
from tieout.workspace.layout import Workspace

BOOKS: Final = """
[books]
functional_currency = "USD"
fee = "cost"

[books.accounts]
expense = "6400"
prepaid = "1480"
tax = "1576"
bank = "1200"

[books.cost_centers]
search = "6410"
"""
PREPAID: Final = (
    SETTINGS.replace(
        "\n[ledger",
        'charged = { column = "quota", currency = "USD", unit_value = "0.000002" }\n\n[ledger',
    )
    + BOOKS
)
USAGE: Final = (
    "id,at,model,status,input,output,team,env,quota\n"
    "r1,2026-08-03T10:00:00Z,aster-1,200,100000,10000,search,production,150000\n"
    "r2,2026-08-03T11:00:00Z,aster-1,200,50000,0,ops,production,50000\n"
    "r3,2026-08-03T12:00:00Z,aster-1,200,100000,0,,production,100000\n"
)
LEDGER: Final = (
    "id,at,model,team,cost\n"
    "r1,2026-08-03T10:00:00Z,aster-1,search,0.3\n"
    "r2,2026-08-03T11:00:00Z,aster-1,ops,0.1\n"
    "r3,2026-08-03T12:00:00Z,aster-1,,0.2\n"
)
MOVEMENTS: Final = (
    "time,kind,units,cash,currency,tax,fee,exchange_rate,reference,record,note\n"
    "2026-08-03T01:00:00Z,top_up,500000000,1190.00,USD,190.00,0,,R-77,,\n"
    "2026-08-03T01:00:01Z,bonus,50000000,,,,,,,,\n"
)


def prepaid(folder: Path, *, opening: int = 0, settings: str = PREPAID) -> Workspace:
    """The workspace with everything imported, a proved balance and nobody founded."""
    workspace = Workspace.create(folder / "workspace", settings)
    for name in ("docs", "page"):
        import_prices(
            workspace, written(folder, f"{name}.csv", PRICES), source_name=name,
            source_format="price-list", approved_by="CD", at=AS_OF,
            origin=Origin(f"https://{name}.example/list", datetime(2026, 7, 20, tzinfo=UTC), "KL"),
        )  # fmt: skip
    bring(workspace, "usage", USAGE, folder)
    bring(workspace, "ledger", LEDGER, folder)
    moved = written(folder, "movements.csv", MOVEMENTS)
    import_movements(workspace, moved, by="AB", at=AS_OF)
    read(workspace, folder, "2026-08-03T00:00:00Z", opening)
    read(workspace, folder, "2026-08-04T00:00:00Z", opening + 549_700_000)
    return workspace


def read(workspace: Workspace, folder: Path, at: str, units: int) -> None:
    """A balance as it was read."""
    shot = written(folder, "balance.txt", f"{at}: {units}")
    state_balance(
        workspace, read_at=at, units=str(units), source="console", evidence=shot, by="AB", at=AS_OF
    )


def drafted(folder: Path) -> Workspace:
    """The same after a run; nobody is founded, so nothing is signed."""
    return _copied(folder, _drafted)


def certified(folder: Path) -> Workspace:
    """The same with people, run, answered and signed by two."""
    return _copied(folder, _certified)


def sign_off(workspace: Workspace) -> None:
    """Found the people, run the day, answer what a person must, and sign."""
    found(workspace)
    ran(workspace)
    answer_item(workspace, 3, "yes", detail="read the docs", key=key_of("AB"), at=AS_OF)
    ran(workspace, 1)
    both_signed(workspace)


def _drafted(folder: Path) -> None:
    ran(prepaid(folder))


def _certified(folder: Path) -> None:
    sign_off(prepaid(folder))


def _copied(folder: Path, make: Callable[[Path], None]) -> Workspace:
    """A copy of a workspace that is made once: making one costs seconds, copying it nothing."""
    shutil.copytree(_template(make) / "workspace", folder / "workspace")
    return Workspace.open(folder / "workspace")


@cache
def _template(make: Callable[[Path], None]) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="prepaid-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    make(folder)
    return folder
