"""A case of the catalogue that a small workspace shows: its files, and what a run must say of them.

The clean files below tie out. The usage header is 25 bytes and a row 43, the ledger header 23 and a
row 39, so the second records begin at bytes 68 and 62, on line 3. Places in the cases are counted
by hand from these lengths. 100,000 tokens at 2 USD a million are 0.2.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pyarrow.parquet as pq
import pytest

from tieout.actions.closing import run
from tieout.actions.prices import Origin, import_prices
from tieout.actions.records import import_files
from tieout.errors import ExitCode, Refusal
from tieout.evidence.documents import Leg
from tieout.workspace.layout import Workspace

Outcome = Literal[
    "quarantined", "file refused", "run refused", "configuration refused", "noted", "excluded",
    "unmapped", "accepted", "not applicable",
]  # fmt: skip
Place = tuple[Leg, int, int, int]

USAGE = b"id,at,model,status,input\n"
CALL = b"r1,2026-08-03T09:00:00Z,aster-1,200,100000\n"
LEDGER = b"entry,id,at,model,cost\n"
ENTRY = b"e1,r1,2026-08-03T09:00:00Z,aster-1,0.2\n"
PRICES = b"model,input\naster-1,2\nberyl-1,4\n"
MAPPING = (
    "internal_model_alias,source_model_id,pricing_unit,effective_from,effective_to,approved_by\n"
)
SETTINGS = """
workspace = "small"

[usage.gateway]
format = "csv"
time = { column = "at", form = "rfc3339" }
model = "model"
request_id = "id"
cost_center = { value = "search" }
environment = { value = "production" }
outcome = { column = "status", values = { "200" = "completed", "500" = "failed" } }
meters = { input_tokens = "input" }

[ledger.books]
format = "csv"
time = { column = "at", form = "rfc3339" }
model = "model"
request_id = "id"
ledger_entry_id = "entry"
cost_center = { value = "search" }
recorded = { column = "cost", currency = "USD" }

[prices.list]
model = "model"
meters = { input_tokens = "input" }
fixed_unit = "1M tokens"
currency = "USD"
"""

AS_OF = datetime(2026, 8, 10, 9, tzinfo=UTC)
CAPTURED = datetime(2026, 7, 20, 8, tzinfo=UTC)
EXITS: dict[Outcome, ExitCode] = {
    "configuration refused": ExitCode.CONFIGURATION,
    "run refused": ExitCode.INPUT,
    "file refused": ExitCode.INPUT,
}


@dataclass(frozen=True, slots=True)
class RunCase:
    """One case.

    Attributes:
        id: number in the catalogue; variants end in a letter.
        title: the case in plain words.
        outcome: what must happen.
        code: the stable code: of the letter, the quarantine, the row's reason, the finding, the
            note of the import, or the cause of the difference.
        why: where it is not applicable or departs from the catalogue: why.
        usage: the usage files.
        ledger: the ledger files.
        mapping: rows of the mapping below its header.
        settings: the settings.
        period: the period of the run.
        rows: the homes of the usage rows, those that are not empty.
        entries: the places of the ledger rows, those that are not empty.
        places: where the records stand that the outcome is about, exactly.
        said: a text that the letter or the finding must hold.
        totals: expected, low, high and recorded, by currency.
        decision: what the run decides, where the case is about that.
        same_as: other usage files that must give the same result digest.
        sign: founds the people of the workspace before the run, and signs what is signed.
    """

    id: str
    title: str
    outcome: Outcome
    code: str = ""
    why: str = ""
    usage: tuple[bytes, ...] = (USAGE + CALL,)
    ledger: tuple[bytes, ...] = (LEDGER + ENTRY,)
    mapping: str = ""
    settings: str = SETTINGS
    period: str = "2026-08-03"
    rows: dict[str, int] = field(default_factory=lambda: {"rated": 1})
    entries: dict[str, int] = field(default_factory=lambda: {"matched": 1})
    places: tuple[Place, ...] = ()
    said: str = ""
    totals: dict[str, tuple[str, str, str | None, str]] = field(default_factory=dict)
    decision: str = ""
    same_as: tuple[bytes, ...] = ()
    sign: Callable[[Workspace], None] | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What a run published: its report, every usage row with its home, what waits, the notes."""

    report: dict[str, Any]
    usage: list[dict[str, Any]]
    waiting: list[dict[str, Any]]
    notes: tuple[str, ...]


def tell(case: RunCase, usage: tuple[bytes, ...], folder: Path) -> Told:
    """Import the files of a case into a workspace of its own and run its period."""
    workspace = Workspace.create(folder / "workspace", case.settings)
    workspace.mapping_path.write_text(MAPPING + case.mapping, encoding="utf-8")
    prices = folder / "prices.csv"
    prices.write_bytes(PRICES)
    import_prices(
        workspace, prices, source_name="list", source_format="price-list",
        origin=Origin("https://prices.example/list", CAPTURED, "AB"),
        approved_by="finance", at=AS_OF,
    )  # fmt: skip
    notes: list[str] = []
    legs: tuple[tuple[Leg, tuple[bytes, ...]], ...] = (("usage", usage), ("ledger", case.ledger))
    for leg, contents in legs:
        for number, content in enumerate(contents):
            file = folder / f"{leg}-{number}"
            file.write_bytes(content)
            for one in import_files(workspace, leg, [file], operator="AB", at=AS_OF):
                notes += [note.code for note in one.reading.notes]
    if case.sign is not None:
        case.sign(workspace)
    result = run(workspace, case.period, operator="AB", as_of=AS_OF, threads=1)
    return Told(
        json.loads(result.document),
        _rows(result.folder / "usage_export.parquet"),
        _rows(result.folder / "quarantine.parquet"),
        tuple(notes),
    )


def run_case(case: RunCase, folder: Path) -> None:
    """Tell the case and hold it against every figure it states."""
    if case.outcome in EXITS:
        _refused(case, folder)
        return
    told = tell(case, case.usage, folder)
    _conserved(case, told)
    _said(case, told)
    found = _places(case, told)
    assert found == sorted(case.places)
    for currency, totals in case.totals.items():
        total = told.report["summary"]["totals"][currency]
        assert tuple(total[key] for key in ("expected", "low", "high", "recorded")) == totals
    if case.decision:
        assert told.report["summary"]["decision"] == case.decision
    if case.same_as:
        (folder / "again").mkdir()
        again = tell(case, case.same_as, folder / "again")
        assert _digest(again) == _digest(told)


def _refused(case: RunCase, folder: Path) -> None:
    with pytest.raises(Refusal) as refused:
        tell(case, case.usage, folder)
    assert (refused.value.code, refused.value.exit_code) == (case.code, EXITS[case.outcome])
    assert case.said in refused.value.letter()
    assert list((folder / "workspace" / "runs").glob("*/*/report.json")) == []


def _conserved(case: RunCase, told: Told) -> None:
    """Every line of a file below its header is one row, and ends in one home (L2)."""
    homes = dict(told.report["summary"]["rows"])
    received = homes.pop("received")
    assert {name: count for name, count in homes.items() if count} == case.rows
    assert received == sum(homes.values()) == sum(map(_records, case.usage))
    places = dict(told.report["summary"]["ledger_rows"])
    booked = places.pop("received")
    assert {name: count for name, count in places.items() if count} == case.entries
    assert booked == sum(places.values()) == sum(map(_records, case.ledger))


def _records(content: bytes) -> int:
    if content.startswith(b"PAR1"):
        return int(pq.ParquetFile(io.BytesIO(content)).metadata.num_rows)
    return content.count(b"\n") - 1


def _said(case: RunCase, told: Told) -> None:
    """The code stands where a person finds it: among findings, notes, causes or reasons."""
    findings = {one["code"]: one for one in told.report["findings"]}
    if case.outcome == "noted":
        causes = {one["cause"] for one in told.report["summary"]["groups"]}
        assert case.code in {*findings, *told.notes, *causes}
    if case.said:
        finding = findings[case.code]
        assert case.said in " ".join([finding["message"], *finding["where"]])
    if case.outcome == "accepted":
        assert case.code == ""


def _places(case: RunCase, told: Told) -> list[Place]:
    """Where the records stand that carry the code, in quarantine and among the usage rows."""
    waiting = [
        (row["leg"], row["ordinal"], row["line"], row["byte_offset"])
        for row in told.waiting
        if row["reason_code"] == case.code
    ]
    judged: list[Place] = [
        ("usage", row["ordinal"], row["line"], row["byte_offset"])
        for row in told.usage
        if row["state_reason"] == case.code
    ]
    return sorted([*waiting, *judged])


def _digest(told: Told) -> str:
    return str(told.report["summary"]["result_digest"])


def _rows(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows


def absent(number: str, title: str, why: str) -> RunCase:
    """A case of something that does not exist."""
    return RunCase(number, title, "not applicable", why=why)
