"""Which rule of a period is in force, and which waits for signatures (D27)."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from tieout.evidence.documents import KINDS
from tieout.evidence.pool_entries import Allocation
from tieout.people.replay import Replay


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a period.

    Attributes:
        in_force: the newest that counts; None where there is none.
        waiting: the newest after it that stands on a name alone, once people have keys.
    """

    in_force: Allocation | None
    waiting: Allocation | None
    waiting_entry: str = ""


def rules_of(rulings: Replay, period: str) -> Rules:
    """The rules of a period, as the log has them.

    Until people have keys a name is enough; from then on a rule waits until it is endorsed.
    """
    unsigned = {one.entry for one in rulings.unsigned}
    kind = KINDS[Allocation]
    found = sorted(
        (
            (one, msgspec.convert(one.body, Allocation))
            for one in rulings.named.values()
            if one.kind == kind and one.body["period"] == period
        ),
        key=lambda pair: pair[0].seq,
    )
    counting = [pair for pair in found if pair[0].entry not in unsigned]
    in_force = counting[-1] if counting else None
    later = [pair for pair in found if in_force is None or pair[0].seq > in_force[0].seq]
    return Rules(
        None if in_force is None else in_force[1],
        later[-1][1] if later else None,
        later[-1][0].entry if later else "",
    )
