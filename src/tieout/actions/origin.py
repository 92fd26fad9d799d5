"""Where a source was read, when and by whom: said by a person or by the meta file of a job."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tieout.actions.opened import file_content
from tieout.evidence.meta import read_meta


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
