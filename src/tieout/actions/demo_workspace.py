"""A workspace that a demo fills: settings and rules first, then captures, usage and books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tieout.actions.closing import Progress
from tieout.actions.prices import Origin, import_prices
from tieout.actions.records import import_files
from tieout.errors import ConfigurationRefused
from tieout.evidence.documents import PriceFormat
from tieout.evidence.durable import make_folder, write_new_file
from tieout.workspace.layout import Workspace


@dataclass(frozen=True, slots=True)
class DemoCapture:
    """A price source of a demo, and everything an import of it must say."""

    file: Path
    source_name: str
    source_format: PriceFormat
    origin: Origin
    approved_by: str


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """Everything a demo imports.

    Attributes:
        settings: the text of ``tieout.toml``.
        mapping: bytes of the mapping table.
        exclusions: bytes of the exclusion rules; none for the empty table.
        captures: price sources.
        usage: usage exports.
        ledger: ledger files.
        operator: the name the imports are recorded under.
        at: the time of every entry in the log, so that a demo is the same on each machine.
    """

    settings: str
    mapping: bytes
    exclusions: bytes | None
    captures: Sequence[DemoCapture]
    usage: Sequence[Path]
    ledger: Sequence[Path]
    operator: str
    at: datetime


def require_empty(root: Path) -> None:
    """Refuse a folder that holds anything: a demo overwrites nothing.

    Raises:
        ConfigurationRefused: ``DEMO_FOLDER``.
    """
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise ConfigurationRefused(
            "DEMO_FOLDER",
            "The folder for the demo is not empty.",
            where=(str(root),),
            remedy="Name a new folder: tieout demo --keep DIR.",
        )


def fill_workspace(root: Path, files: DemoFiles, progress: Progress) -> Workspace:
    """Make a workspace in a folder and import everything."""
    make_folder(root)
    write_new_file(root / "mapping.csv", files.mapping)
    if files.exclusions is not None:
        write_new_file(root / "exclusions.csv", files.exclusions)
    workspace = Workspace.create(root, files.settings)
    for capture in files.captures:
        done = import_prices(
            workspace,
            capture.file,
            source_name=capture.source_name,
            source_format=capture.source_format,
            origin=capture.origin,
            approved_by=capture.approved_by,
            at=files.at,
        )
        progress(f"prices {capture.file.name}", len(done.parsed.prices))
    for file in import_files(workspace, "usage", files.usage, operator=files.operator, at=files.at):
        progress(f"usage {file.reading.name}", file.reading.records)
    for file in import_files(
        workspace, "ledger", files.ledger, operator=files.operator, at=files.at
    ):
        progress(f"ledger {file.reading.name}", file.reading.records)
    return workspace
