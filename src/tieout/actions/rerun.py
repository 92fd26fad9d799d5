"""A corrected rerun beside the run it supersedes (K1)."""

from __future__ import annotations

from tieout.close.line_diff import LineDiff, line_diff
from tieout.close.runs import find_run
from tieout.errors import ConfigurationRefused
from tieout.workspace.layout import Workspace


def compare_runs(workspace: Workspace, old: str | None, new: str | None = None) -> LineDiff:
    """The lines that differ between two runs of one period, by cause, with their money.

    Args:
        workspace: the workspace.
        old: the run before; that which the new one supersedes, if it is left out.
        new: the run after; the newest one, if it is left out.

    Raises:
        ConfigurationRefused: ``RUN_UNKNOWN``, ``RUN_AMBIGUOUS`` or ``RUNS_APART``;
            ``RUN_FIRST``: the run supersedes none.
        IntegrityRefused: ``RUN_FILE``: a published file is not what it was.
    """
    after = find_run(workspace, new)
    before = old or after.record.supersedes
    if not before:
        raise ConfigurationRefused(
            "RUN_FIRST",
            "That run supersedes no other.",
            where=(f"run {after.record.run_id}, {after.record.period}",),
            remedy="Name the two runs: tieout variance diff OLD NEW",
        )
    return line_diff(workspace, find_run(workspace, before), after)
