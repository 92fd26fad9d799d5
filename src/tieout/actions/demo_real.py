"""The demo on real requests: months of one client's books against a public price history.

Beside each class of rows stands what the people who prepared the data measured on their own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tieout.actions.closing import Progress, quiet, run
from tieout.actions.demo_workspace import DemoCapture, DemoFiles, fill_workspace, require_empty
from tieout.actions.opened import file_content
from tieout.actions.prices import Origin
from tieout.calendar import parse_instant
from tieout.close.run import RunResult
from tieout.engine.opening import EngineName
from tieout.errors import ConfigurationRefused
from tieout.evidence.documents import PriceFormat
from tieout.intake.rule_table import read_rule_table
from tieout.money import grouped
from tieout.vendors_path import vendors_folder

_OPERATOR: Final = "demo"
_APPROVER: Final = "demo approver (unsigned)"
_MANIFEST_EXTRAS: Final = ("models", "models_added", "models_removed", "models_repriced")
_PLACES: Final = 4


class _UsagePlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    file: str
    source: str


class _PricePlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    folder: str
    manifest: str
    file: str
    accessed_at: str
    commit: str
    source_name: str
    format: PriceFormat
    source_url: str


class _StatedClass(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str = msgspec.field(name="class")
    rows: int
    recorded: str


class _Stated(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    received: int
    recorded: str
    classes: tuple[_StatedClass, ...]


class _Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: str
    period: str
    as_of: datetime
    usage: _UsagePlan
    prices: _PricePlan
    stated: _Stated


@dataclass(frozen=True, slots=True)
class ClassOfRows:
    """One class of rows: what the data's own description states, and what the run found.

    Attributes:
        name: the class.
        stated_rows, stated_recorded: as the description of the data has it.
        rows: ledger rows the run put there.
        recorded: what they record, exactly.
    """

    name: str
    stated_rows: int
    stated_recorded: str
    rows: int
    recorded: Decimal

    @property
    def agrees(self) -> bool:
        """Whether rows and money agree, the money to the digits that are stated."""
        places = len(self.stated_recorded.partition(".")[2])
        found = grouped(self.recorded, places).replace(",", "")
        return self.rows == self.stated_rows and Decimal(found) == Decimal(self.stated_recorded)


@dataclass(frozen=True, slots=True)
class RealDemo:
    """The demo on real data: the run, and the table of classes."""

    root: Path
    result: RunResult
    classes: tuple[ClassOfRows, ...]
    total: ClassOfRows
    stated_in: str


def run_real_demo(
    root: Path, datasets: Path, *, progress: Progress = quiet, engine: EngineName = "duckdb"
) -> RealDemo:
    """Tie out the real history in a new workspace.

    Args:
        root: an empty or new folder for the workspace.
        datasets: the folder of data sets.
        progress: called with step and rows.
        engine: what runs the statements.

    Raises:
        ConfigurationRefused: ``DEMO_FOLDER``, or ``DEMO_DATA``: the data is not there.
    """
    require_empty(root)
    home = vendors_folder() / "aider"
    plan = msgspec.convert(tomllib.loads((home / "history.toml").read_text("utf-8")), _Plan)
    export = datasets / plan.usage.file
    manifest = datasets / plan.prices.folder / plan.prices.manifest
    for file in (export, manifest):
        if not file.is_file():
            raise ConfigurationRefused(
                "DEMO_DATA",
                "The folder does not hold the data sets of this demo.",
                where=(f"missing: {file}",),
                remedy="Name the folder that holds aider-usage-ledger and litellm-price-history.",
            )
    files = DemoFiles(
        settings=(home / "settings.toml").read_text("utf-8"),
        mapping=(home / "mapping.csv").read_bytes(),
        exclusions=None,
        captures=tuple(_captures(manifest, plan.prices)),
        usage=(export,),
        ledger=(export,),
        operator=_OPERATOR,
        at=plan.as_of.astimezone(UTC),
    )
    workspace = fill_workspace(root, files, progress)
    result = run(
        workspace,
        plan.period,
        operator=_OPERATOR,
        as_of=plan.as_of,
        progress=progress,
        engine=engine,
    )
    lines = pq.read_table(result.folder / "variance_lines.parquet")
    return RealDemo(
        root,
        result,
        tuple(_classes(lines, plan.stated)),
        _class("received", plan.stated.received, plan.stated.recorded, lines),
        plan.usage.source,
    )


def _captures(manifest: Path, plan: _PricePlan) -> Iterator[DemoCapture]:
    required = (plan.file, plan.accessed_at, plan.commit)
    rows = read_rule_table(file_content(manifest), manifest.name, required, _MANIFEST_EXTRAS)
    for row in rows:
        url = plan.source_url.replace("$commit", row.fields[plan.commit])
        accessed = parse_instant(row.fields[plan.accessed_at], f"{manifest.name}, line {row.line}")
        yield DemoCapture(
            file=manifest.parent / row.fields[plan.file],
            source_name=plan.source_name,
            source_format=plan.format,
            origin=Origin(url, accessed, _OPERATOR),
            approved_by=_APPROVER,
        )


def _classes(lines: pa.Table, stated: _Stated) -> Iterator[ClassOfRows]:
    state, reason = lines.column("line_state"), lines.column("state_not_rated")
    zero = pc.equal(lines.column("recorded_cost"), pa.scalar(Decimal(0)))
    variance = lines.column("variance")
    is_open, nothing = pc.equal(state, "open"), pa.scalar(Decimal(0))
    unrated = pc.equal(reason, "unrated")
    masks = (
        pc.equal(state, "ties_out"),
        pc.equal(reason, "unmapped"),
        pc.and_not(unrated, zero),
        pc.and_(unrated, zero),
        pc.and_(is_open, pc.greater(variance, nothing)),
        pc.and_(is_open, pc.less(variance, nothing)),
    )
    for mask, one in zip(masks, stated.classes, strict=True):
        kept = lines.filter(pc.fill_null(mask, fill_value=False))
        yield _class(one.name, one.rows, one.recorded, kept)


def _class(name: str, stated_rows: int, stated_recorded: str, lines: pa.Table) -> ClassOfRows:
    rows = pc.sum(lines.column("ledger_rows")).as_py() or 0
    recorded = pc.sum(lines.column("recorded_cost")).as_py() or Decimal(0)
    return ClassOfRows(name, stated_rows, stated_recorded, rows, recorded)
