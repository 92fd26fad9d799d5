"""The variances of a run, group by group and line by line, with what people decided by now."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from tieout.actions.closing import read_report
from tieout.actions.reviewing import as_it_stands, standing_now, under_review, unknown_group
from tieout.close.review_part import said_of
from tieout.close.runs import RunFolder
from tieout.report.document import SETTLED
from tieout.report.listing import find_line
from tieout.report.parts import Group, Line
from tieout.report.review_parts import Review
from tieout.review.standing import Standing
from tieout.workspace.layout import Workspace


@dataclass(frozen=True, slots=True)
class FoundVariances:
    """Cause groups of a run."""

    run_id: str
    period: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class FoundVariance:
    """One cause group with its lines in the report and what was said of it, or one line."""

    run_id: str
    period: str
    group: Group | None
    lines: tuple[Line, ...]
    said: Review = field(default_factory=Review)


def list_variances(
    workspace: Workspace,
    *,
    run_id: str | None = None,
    period: str | None = None,
    open_only: bool = False,
    at: datetime | None = None,
) -> FoundVariances:
    """The cause groups of a run, the newest one by default, each as it stands by now."""
    found, document = read_report(workspace, run_id, period)
    standing = _standing(workspace, found, at)
    groups = [
        as_it_stands(group, standing.get(group.group_id)) for group in document.summary.groups
    ]
    if open_only:
        groups = [group for group in groups if group.status not in SETTLED]
    return FoundVariances(found.record.run_id, found.record.period, tuple(groups))


def show_variance(
    workspace: Workspace,
    name: str,
    *,
    run_id: str | None = None,
    period: str | None = None,
    at: datetime | None = None,
) -> FoundVariance:
    """One cause group by its id, as it stands by now, or one line by its key.

    Raises:
        ConfigurationRefused: ``VARIANCE_UNKNOWN``: the report holds neither.
    """
    found, document = read_report(workspace, run_id, period)
    run, label = found.record.run_id, found.record.period
    for group in document.summary.groups:
        if group.group_id == name:
            both = {one.line_key: one for one in (*document.headline_lines, *document.lines)}
            mine = tuple(one for one in both.values() if one.group_id == name)
            standing = _standing(workspace, found, at).get(name)
            said = Review() if standing is None else msgspec.convert(said_of(standing), Review)
            return FoundVariance(run, label, as_it_stands(group, standing), mine, said)
    for key in (name, f"id:{name}"):
        line = find_line(document, key)
        if line is not None:
            return FoundVariance(run, label, None, (line,))
    raise unknown_group(name, run)


def _standing(workspace: Workspace, found: RunFolder, at: datetime | None) -> dict[str, Standing]:
    """What stands by now; nothing is known of a run made before cause groups were kept."""
    if not found.record.groups_object:
        return {}
    return standing_now(workspace, under_review(workspace, found.record.run_id), at)
