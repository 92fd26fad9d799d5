"""Finding a published run: by id, by the start of an id, or the newest of a period."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tieout.errors import ConfigurationRefused
from tieout.evidence.documents import Run
from tieout.evidence.records import runs
from tieout.workspace.layout import Workspace

_MAKE: Final = "tieout run --period 2026-08"


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A run on record and the folder its artifacts are in."""

    record: Run
    folder: Path

    @property
    def report_path(self) -> Path:
        """The report document of the run."""
        return self.folder / "report.json"


def find_run(workspace: Workspace, run: str | None, period: str | None = None) -> RunFolder:
    """The run with that id or start of an id, or the newest one (of that period).

    Raises:
        ConfigurationRefused: ``RUN_UNKNOWN``, or ``RUN_AMBIGUOUS`` when an id is cut too short.
    """
    every = runs(workspace.log)
    known = [r for r in every if period is None or r.period == period]
    found = known[-1:] if run is None else [r for r in known if r.run_id.startswith(run)]
    if not found:
        raise ConfigurationRefused(
            "RUN_UNKNOWN",
            "There is no such run in this workspace." if every else "There is no run yet.",
            where=tuple(f"{r.run_id}  {r.period}  {r.decision}" for r in (known or every)[-5:]),
            remedy=f"{'Name one of these, or make' if every else 'Make'} one: {_MAKE}",
        )
    if len({r.run_id for r in found}) > 1:
        raise ConfigurationRefused(
            "RUN_AMBIGUOUS",
            f"More than one run begins with {run!r}.",
            where=tuple(f"{r.run_id}  {r.period}  {r.decision}" for r in found),
            remedy="Write more of the id.",
        )
    return RunFolder(found[-1], workspace.root / found[-1].folder)
