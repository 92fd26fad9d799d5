"""What a run leaves of its cause groups for those after it: when each was seen, what was accepted.

Each run puts its groups into the store and names them in its entry of the log, so that ages (A6)
and accepted differences over periods (A9) are a replay of the log and not a memory of a folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

import msgspec

from tieout.calendar import Period, instant_text, parse_instant
from tieout.errors import IntegrityRefused
from tieout.evidence.canonical import canonical
from tieout.evidence.documents import Run
from tieout.evidence.store import EvidenceStore
from tieout.money import plain
from tieout.people.ruling import GroupScope
from tieout.review.cause_group import CauseGroup
from tieout.review.standing import Standing

Of = TypeVar("Of")


class SeenGroup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One cause group as a run found it, and what stood about it then.

    Runs before ``assumed`` was kept have none, which is not the same as an empty one.
    """

    group_id: str
    group_digest: str
    scope: GroupScope
    lines: int
    net: str
    gross: str
    status: str
    assumed: tuple[str, ...] | None = None

    def group(self) -> CauseGroup:
        """The group as a decision sees it."""
        net, gross = Decimal(self.net), Decimal(self.gross)
        return CauseGroup(
            self.group_id, self.group_digest, self.scope, self.lines, net, gross, self.assumed
        )


class SeenGroups(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The cause groups of a run.

    Attributes:
        period: label, start and end of the period.
        as_of: the instant the run looked from.
        groups: every group, most money at stake first.
        first_seen: when each group of the period was first seen, those that are gone as well.
    """

    period: tuple[str, str, str]
    as_of: str
    groups: tuple[SeenGroup, ...]
    first_seen: dict[str, str]

    def bounds(self, zone: str) -> Period:
        """The period the groups are of."""
        label, start, end = self.period
        return Period(label, parse_instant(start, "run"), parse_instant(end, "run"), zone)

    def encoded(self) -> bytes:
        """The exact bytes that are stored."""
        return canonical(self)


@dataclass(frozen=True, slots=True)
class SeenBefore:
    """What earlier runs leave for a run.

    Attributes:
        first_seen: when each group of the same period was first seen.
        others: the groups of other periods, oldest first; no day is in two of them.
    """

    first_seen: Mapping[str, str] = field(default_factory=dict)
    others: tuple[SeenGroups, ...] = ()


def seen_groups(standings: Sequence[Standing], period: Period, as_of: datetime,
                before: SeenBefore) -> SeenGroups:  # fmt: skip
    """What this run leaves for those after it."""
    now = {one.group.group_id: one.first_seen for one in standings}
    return SeenGroups(
        period=(period.label, instant_text(period.start), instant_text(period.end)),
        as_of=instant_text(as_of),
        groups=tuple(_seen(one) for one in standings),
        first_seen={**before.first_seen, **now},
    )


def groups_seen_by(store: EvidenceStore, run: Run) -> SeenGroups | None:
    """The groups that a run left; None for a run made before they were kept.

    Raises:
        IntegrityRefused: ``RUN_GROUPS``: they are not in the form this version reads.
    """
    if not run.groups_object:
        return None
    try:
        return msgspec.json.decode(store.get(run.groups_object), type=SeenGroups)
    except msgspec.MsgspecError as error:
        raise IntegrityRefused(
            "RUN_GROUPS",
            "The stored cause groups of a run cannot be read.",
            where=(f"run {run.run_id}", str(error)),
            remedy="Use the version of Tieout that wrote the run, or run the period again.",
        ) from error


def seen_before(store: EvidenceStore, runs: Iterable[Run], period: Period) -> SeenBefore:
    """What the newest run of each period leaves for a run of this one.

    Args:
        store: the evidence store.
        runs: the runs on record before, oldest first.
        period: the period of the run.
    """
    newest = {run.period: run for run in runs}
    found = [one for run in newest.values() if (one := groups_seen_by(store, run)) is not None]
    mine = next((one for one in found if one.period[0] == period.label), None)
    others = [one for one in found if one.period[0] != period.label]
    bounded = [(one.bounds(period.zone), one) for one in others]
    return SeenBefore({} if mine is None else mine.first_seen, tuple(apart(bounded, period)))


def apart(bounded: Sequence[tuple[Period, Of]], period: Period) -> list[Of]:
    """What is of the longest periods that meet neither one another nor this one, by time."""
    taken = [(period.start, period.end)]
    kept = []
    # Of a month and its days the month counts; of equals the earlier one, by its name.
    for its, one in sorted(bounded, key=lambda b: (b[0].start - b[0].end, b[0].start, b[0].label)):
        if all(its.end <= low or its.start >= high for low, high in taken):
            taken.append((its.start, its.end))
            kept.append((its.start, one))
    return [one for _, one in sorted(kept, key=lambda pair: pair[0])]


def _seen(standing: Standing) -> SeenGroup:
    group = standing.group
    return SeenGroup(
        group.group_id, group.digest, group.scope, group.lines,
        plain(group.net), plain(group.gross), standing.state, group.assumed,
    )  # fmt: skip
