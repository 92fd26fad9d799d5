"""The words of a decision: what it says, what stands out, and the one command that comes next."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from tieout.findings import plural
from tieout.report.baseline_parts import Baseline
from tieout.report.document import Document, Rows
from tieout.report.parts import Group
from tieout.report.shown import stake

DECISION_SENTENCE: Final = {
    "approve": "These records may be signed.",
    "investigate": "These records may be signed once the open questions are answered.",
    "hold": "These records may not be signed yet.",
}

ROW_STATES: Final = (
    "quarantined",
    "excluded",
    "unmapped",
    "not_reconcilable",
    "unrated",
    "rated",
)

_BARE_WORD: Final = re.compile(r"[A-Za-z0-9_./:@%+=-]+")


def baseline_words(found: Baseline) -> str:
    """What a first look at history proposes, in one sentence (D22)."""
    groups = sum(cause.groups for cause in found.causes)
    names = len({one.name for one in found.mapping})
    proposed = [
        f"{plural(groups, 'cause group')} in {plural(len(found.causes), 'cause')}"
        if groups
        else "",
        f"ids for {plural(names, 'name')}" if names else "",
        "a rounding" if found.policy else "",
    ]
    said = ", ".join(one for one in proposed if one) or "nothing to propose"
    return f"Baseline, the first period run here: {said}."


def state_words(state: str) -> str:
    """A row state as words: ``not reconcilable``."""
    return state.replace("_", " ")


def row_states(rows: Rows) -> tuple[tuple[str, int], ...]:
    """The six row states with their counts, in the order they are decided."""
    return tuple((state, getattr(rows, state)) for state in ROW_STATES)


def rows_add_up(rows: Rows) -> bool:
    """Whether the six states hold every received row (L2)."""
    return rows.received == sum(count for _, count in row_states(rows))


def by_owner(groups: Iterable[Group]) -> tuple[tuple[str, tuple[Group, ...]], ...]:
    """Cause groups under their owners: stale decisions first, then the oldest, then most money."""
    ordered = sorted(groups, key=_urgency, reverse=True)
    owners: dict[str, list[Group]] = {}
    for group in ordered:
        owners.setdefault(group.owner, []).append(group)
    return tuple((owner, tuple(members)) for owner, members in owners.items())


def _urgency(group: Group) -> tuple[bool, int, tuple[bool, Decimal], str]:
    return (group.status == "stale", group.age_days or 0, stake(group.gross), group.group_id)


def age_words(group: Group, as_of: str) -> str:
    """How long a group has been open and when it is due: ``new``, ``day 4, due 2026-09-05``."""
    if group.age_days is None:
        return ""
    age = "new" if group.first_seen == as_of else f"day {group.age_days}"
    return f"{age}, due {group.due}" if group.due else age


def slices_of(document: Document, currency: str) -> tuple[int, int]:
    """How many slices of a currency are approved, and how many there are."""
    there = [each for each in document.slices if document.currency_of(each.currency) == currency]
    return sum(each.decision == "approve" for each in there), len(there)


def next_command(document: Document) -> str:
    """The one command that moves the period on."""
    label = document.summary.period.label
    shown = label if _BARE_WORD.fullmatch(label) else shlex.quote(label)
    if document.undecided_groups:
        return f"tieout variance list --period {shown} --open"
    compared = document.cross_check
    if compared is not None and compared.waiting:
        waiting = {one.source_model_id for one in compared.waiting}
        steps = [x.next for x in compared.conflicts if x.next and x.source_model_id in waiting]
        if steps:
            return steps[0]
    # The checklist with its open items stands in the report.
    return f"tieout report --run {document.summary.run_id}"
