"""An office: a day of calls that ties out, priced by two sources, and the people who close it.

By hand: r1 is 100,000 tokens in and 10,000 out at 2 and 10 a million, 0.2 + 0.1 = 0.3; r2 is
50,000 in, 0.1. The books hold 0.3 and 0.1, so the day ties out to the last digit.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from tieout.actions.checklist import answer_item
from tieout.actions.closing import run
from tieout.actions.prices import Origin, import_prices
from tieout.actions.records import import_files
from tieout.actions.signing_off import Signed, SignedAs, show_approval, sign_run
from tieout.close.run import RunResult
from tieout.evidence.canonical import canonical
from tieout.people.person import Person, Role
from tieout.people.record import record_founding
from tieout.people.ruling import Founding
from tieout.signing.key import SigningKey, new_key
from tieout.workspace.layout import Workspace

AS_OF: Final = datetime(2026, 8, 5, 9, tzinfo=UTC)
PERIOD: Final = "2026-08-03"

SETTINGS: Final = """\
workspace = "office"

[usage.gateway]
format = "csv"
time = { column = "at", form = "rfc3339" }
model = "model"
request_id = "id"
cost_center = "team"
environment = "env"
outcome = { column = "status", values = { "200" = "completed" } }
meters = { input_tokens = "input", output_tokens = "output" }

[ledger.books]
format = "csv"
time = { column = "at", form = "rfc3339" }
model = "model"
request_id = "id"
cost_center = "team"
recorded = { column = "cost", currency = "USD" }

[prices.docs]
model = "model"
meters = { input_tokens = "input", output_tokens = "output" }
fixed_unit = "1M tokens"
currency = "USD"

[prices.page]
model = "model"
meters = { input_tokens = "input", output_tokens = "output" }
fixed_unit = "1M tokens"
currency = "USD"

[cross_check]
primary = ["docs"]
check = ["page"]

[policy]
version = "p1"
"""
PRICES: Final = "model,input,output\naster-1,2,10\n"
USAGE_HEADER: Final = "id,at,model,status,input,output,team,env\n"
USAGE: Final = (
    USAGE_HEADER + "r1,2026-08-03T10:00:00Z,aster-1,200,100000,10000,search,production\n"
    "r2,2026-08-03T11:00:00Z,aster-1,200,50000,0,search,production\n"
)
LEDGER_HEADER: Final = "id,at,model,team,cost\n"
LEDGER: Final = (
    LEDGER_HEADER + "r1,2026-08-03T10:00:00Z,aster-1,search,0.3\n"
    "r2,2026-08-03T11:00:00Z,aster-1,search,0.1\n"
)
# The books of a day that does not tie out: r1 was booked at 0.4.
WRONG_LEDGER: Final = LEDGER.replace(",0.3\n", ",0.4\n")

ROLES: Final[dict[str, tuple[Role, ...]]] = {
    "AB": ("administrator", "preparer"),
    "CD": ("checker",),
    "EF": ("engineering", "finance"),
    "GH": ("checker",),
    "IJ": ("auditor",),
}


OPENS: Final = "a long passphrase"


@cache
def _key(name: str) -> tuple[SigningKey, bytes]:
    assert name
    return new_key(OPENS)


def key_of(name: str) -> SigningKey:
    """The key of a person; more words behind the name make a later key."""
    return _key(name)[0]


def key_file(folder: Path, name: str) -> Path:
    """The key of a person as its owner keeps it."""
    path = folder / f"{name.lower()}.key"
    path.write_bytes(_key(name)[1])
    path.chmod(0o600)
    return path


def person(name: str, *roles: Role, key: str = "") -> Person:
    """A person as the office knows them."""
    return Person(name, tuple(sorted(roles or ROLES[name])), key_of(key or name).public_key)


def made(
    folder: Path,
    *,
    ledger: str = LEDGER,
    usage: str = USAGE,
    settings: str = SETTINGS,
    founded: bool = True,
) -> Workspace:
    """A workspace with prices of two sources, usage, books and people; nothing has run."""
    workspace = Workspace.create(folder / "workspace", settings)
    for name in ("docs", "page"):
        import_prices(
            workspace, written(folder, f"{name}.csv", PRICES), source_name=name,
            source_format="price-list", approved_by="CD", at=AS_OF,
            origin=Origin(f"https://{name}.example/list", datetime(2026, 7, 20, tzinfo=UTC), "KL"),
        )  # fmt: skip
    bring(workspace, "usage", usage, folder)
    bring(workspace, "ledger", ledger, folder)
    if founded:
        found(workspace)
    return workspace


def ready(folder: Path) -> Workspace:
    """The same after its first run: nothing lacks but the answer of a person to item 3."""
    return _copied(folder, "ran", _ran)


def approved(folder: Path) -> Workspace:
    """The same after AB answered item 3 and the day was run again: its decision is approve."""
    return _copied(folder, "approved", _approved)


def _ran(folder: Path) -> None:
    ran(made(folder))


def _approved(folder: Path) -> None:
    workspace = ready(folder)
    answer_item(workspace, 3, "yes", detail="read the docs", key=key_of("AB"), at=AS_OF)
    assert ran(workspace, 1).summary["decision"] == "approve"


@cache
def for_paper() -> Path:
    """The folder of such an office after its first run, of which no other copies are made."""
    return _template("paper", _ran) / "workspace"


def _copied(folder: Path, name: str, make: Callable[[Path], None]) -> Workspace:
    """A copy of an office that is made once: making one costs seconds, copying it nothing."""
    shutil.copytree(_template(name, make) / "workspace", folder / "workspace")
    return Workspace.open(folder / "workspace")


@cache
def _template(name: str, make: Callable[[Path], None]) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=f"office-{name}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    make(folder)
    return folder


def signed(workspace: Workspace, name: str, signed_as: SignedAs, key: str = "") -> Signed:
    """The newest run, signed by somebody who looked at it."""
    seen = show_approval(workspace).facts
    return sign_run(
        workspace, seen.record.run_id, signed_as=signed_as, digest=seen.content.digest,
        key=key_of(key or name), at=AS_OF + timedelta(hours=1),
    )  # fmt: skip


def both_signed(workspace: Workspace) -> None:
    """Signed as prepared by AB, and as checked by CD."""
    signed(workspace, "AB", "prepared")
    signed(workspace, "CD", "checked")


def found(workspace: Workspace, version: str = "p1") -> None:
    """The people and the policy, signed by two."""
    policy = workspace.store.put(canonical({"version": version}))
    people = tuple(person(name) for name in sorted(ROLES))
    record_founding(
        workspace.log, Founding(people, policy, version), (key_of("AB"), key_of("EF")), AS_OF
    )


def bring(workspace: Workspace, leg: str, text: str, folder: Path, name: str = "rows") -> None:
    """Import a file of one leg."""
    path = written(folder, f"{name}-{leg}.csv", text)
    list(import_files(workspace, leg, [path], operator="KL", at=AS_OF))  # type: ignore[arg-type]


def ran(workspace: Workspace, minutes: int = 0, period: str = PERIOD) -> RunResult:
    """A run of the day; later runs look from later instants."""
    return run(
        Workspace.open(workspace.root), period, operator="job",
        as_of=AS_OF + timedelta(minutes=minutes), threads=1,
    )  # fmt: skip


def written(folder: Path, name: str, text: str) -> Path:
    """A file in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path
