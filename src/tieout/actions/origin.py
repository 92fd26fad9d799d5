"""Where a source was read, when and by whom: said by a person or by the meta file of a job."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tieout.actions.file_names import require_inside
from tieout.actions.opened import file_content
from tieout.calendar import parse_instant
from tieout.evidence.meta import read_meta
from tieout.intake.rule_table import read_rule_table


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a source was read, when and by whom, and what else is known about it."""

    url: str
    accessed_at: datetime
    operator: str
    notes: tuple[str, ...] = ()


def origin_from_meta(file: Path) -> Origin:
    """What a capture job wrote beside its snapshot (``NAME.meta.json``).

    Raises:
        InputRefused: the meta file cannot be read without guessing.
    """
    meta = read_meta(file_content(file))
    return Origin(meta.source, meta.instant, meta.operator, meta.capture_notes())


def read_manifest(manifest: Path, operator: str) -> Iterator[tuple[Path, Origin]]:
    """The files of a price history: a CSV of file, accessed_at and url; files lie beside it.

    Raises:
        ConfigurationRefused: the manifest has other columns, a time that is no instant, or
            ``NAME_UNSAFE``: it names a file elsewhere.
    """
    rows = read_rule_table(file_content(manifest), manifest.name, ("file", "accessed_at"), ("url",))
    for row in rows:
        accessed = parse_instant(row.fields["accessed_at"], f"{manifest.name}, line {row.line}")
        named = row.fields["file"]
        require_inside(named, f"{manifest.name}, line {row.line}")
        origin = Origin(row.fields.get("url", ""), accessed, operator)
        yield manifest.parent / named, origin
