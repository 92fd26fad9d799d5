"""Cause groups under review: the groups of a run, with what people decided by now (D16)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from tieout.calendar import Period
from tieout.close.cause_groups import standing_part
from tieout.close.runs import RunFolder, find_run
from tieout.close.seen_groups import SeenGroups, groups_seen_by
from tieout.errors import ApprovalRefused, ConfigurationRefused
from tieout.evidence.records import runs
from tieout.people.record import rulings_of
from tieout.people.replay import Replay
from tieout.report.parts import Group
from tieout.review.cause_group import CauseGroup
from tieout.review.standing import ReviewedFrom, Standing, standings
from tieout.workspace.layout import Workspace


@dataclass(frozen=True, slots=True)
class UnderReview:
    """The cause groups of a run, as the log names them.

    Attributes:
        found: the run.
        seen: its groups, as they are in the store.
        period: the period they are of.
        groups: the groups by their id, most money at stake first.
    """

    found: RunFolder
    seen: SeenGroups
    period: Period
    groups: dict[str, CauseGroup]

    def chosen(self, ids: Iterable[str]) -> tuple[CauseGroup, ...]:
        """The groups of these ids, in the order given.

        Raises:
            ConfigurationRefused: ``VARIANCE_UNKNOWN``.
        """
        found = []
        for one in dict.fromkeys(ids):
            if one not in self.groups:
                raise unknown_group(one, self.found.record.run_id)
            found.append(self.groups[one])
        return tuple(found)


def under_review(
    workspace: Workspace, run_id: str | None = None, period: str | None = None
) -> UnderReview:
    """The cause groups of a run, of the newest one (of that period) by default.

    Raises:
        ConfigurationRefused: there is no such run; or ``RUN_GROUPS``: it kept no groups.
    """
    found = find_run(workspace, run_id, period)
    seen = groups_seen_by(workspace.store, found.record)
    if seen is None:
        raise ConfigurationRefused(
            "RUN_GROUPS",
            "That run was made before cause groups could be decided about.",
            where=(f"run {found.record.run_id}",),
            remedy=f"Run the period again: tieout run --period {found.record.period}",
        )
    groups = {one.group_id: one.group() for one in seen.groups}
    return UnderReview(found, seen, seen.bounds(workspace.settings.zone), groups)


def standing_now(
    workspace: Workspace,
    under: UnderReview,
    at: datetime | None = None,
    rulings: Replay | None = None,
) -> dict[str, Standing]:
    """What stands about every group of a run by now, by the id of the group."""
    look = ReviewedFrom(
        under.period,
        at or datetime.now(UTC),
        workspace.settings.policy.review_terms,
        under.seen.first_seen,
    )
    said = rulings_of(workspace.log) if rulings is None else rulings
    found = standings(tuple(under.groups.values()), said, look)
    return {one.group.group_id: one for one in found}


def require_unmoved(workspace: Workspace, period: str, groups: Sequence[CauseGroup]) -> None:
    """Refuse where the newest run of the period shows another group than was decided about.

    Raises:
        ApprovalRefused: ``DISPOSE_STALE``.
    """
    newest = [run for run in runs(workspace.log) if run.period == period][-1]
    seen = groups_seen_by(workspace.store, newest)
    now = {} if seen is None else {one.group_id: one.group_digest for one in seen.groups}
    moved = [one.group_id for one in groups if now.get(one.group_id) != one.digest]
    if moved:
        raise ApprovalRefused(
            "DISPOSE_STALE",
            "The newest run shows another group than the one that was decided about.",
            where=tuple(f"{one}: {'changed' if one in now else 'gone'} in run {newest.run_id}"
                        for one in moved[:10]),
            remedy=f"Look at it as it is now: tieout variance show {moved[0]} --period {period}",
        )  # fmt: skip


def as_it_stands(group: Group, standing: Standing | None) -> Group:
    """A group of a report with what stands about it by now."""
    if standing is None:
        return group
    return msgspec.structs.replace(group, **standing_part(standing))


def unknown_group(name: str, run_id: str) -> ConfigurationRefused:
    """The refusal of a name that no cause group of a run has."""
    return ConfigurationRefused(
        "VARIANCE_UNKNOWN",
        "The report holds no cause group and no line of that name.",
        where=(f"{name[:80]!a} in run {run_id}",),
        remedy="List the groups: tieout variance list. Every line is in variance_lines.parquet.",
    )
