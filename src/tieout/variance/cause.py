"""Causes: the closed list of explanations, of one cause each and of two together.

The list enters the calculation as the table ``cause_terms``.
"""

from __future__ import annotations

from typing import Final

from tieout.variance.single_cause import SINGLE, Cause

# What may be assumed of the calls of a line, and of its entry.
_PRICE: Final = ("price_not_in_force", "ratio_not_applied", "ratio_applied_twice")
_COUNT: Final = (
    "tokens_swapped", "part_counted_twice", "part_priced_as_whole", "cache_not_counted",
    "meter_not_counted",
)  # fmt: skip
_BOOKED: Final = ("uncounted_calls_booked", "not_billable_booked")
_ENTRY: Final = (
    "posted_repeatedly", "counted_repeatedly", "posted_as_credit", "factor_thousand",
    "power_of_ten",
)  # fmt: skip
_CALL: Final = (
    *_PRICE, *_COUNT, *_BOOKED, "other_basis", "output_at_input_price", "settlement_booked",
)  # fmt: skip


def _pairs() -> tuple[Cause, ...]:
    """Every two causes that are searched together, in the order of the first, then the second."""
    place = {cause.name: number for number, cause in enumerate(SINGLE)}
    named = [
        (first, second)
        for firsts, seconds in ((_PRICE, _COUNT), (_BOOKED, _PRICE), (_CALL, _ENTRY))
        for first in firsts
        for second in seconds
    ]
    found = [(SINGLE[place[first]], SINGLE[place[second]]) for first, second in named]
    found.sort(key=lambda both: (place[both[0].name], place[both[1].name]))
    return tuple(
        Cause(
            f"{first.name}+{second.name}", first.bucket, "unknown", "suspected", first.kind,
            f"{first.title}, and {second.title}",
            "No cause that is tested gives the ledger amount alone, and these two together do;"
            " nothing shows that both happened.",
            together=(first, second),
        )
        for first, second in found
    )  # fmt: skip


# Two causes give an amount and a range has room for it: they come before it, and after all else.
_FIRST_RANGE: Final = [cause.name for cause in SINGLE].index("within_billing_range")
CAUSES: Final[tuple[Cause, ...]] = (*SINGLE[:_FIRST_RANGE], *_pairs(), *SINGLE[_FIRST_RANGE:])

# A pattern that several lines share is no explanation: nobody says where it comes from, so that its
# money is without proof all the same (D20).
PATTERNS: Final = frozenset({"minimum_charge", "common_factor"})

# Arithmetic that may be chance, a charge that nothing explains, or an amount without its own day:
# without proof as well.
WITHOUT_PROOF: Final = (
    PATTERNS
    | {"booked_as_charged", "one_of_other_days"}
    | {cause.name for cause in CAUSES if cause.together}
)

# The amount lies in a range that the line's own doubts leave; nothing closes it (D7).
RANGES: Final = frozenset({"within_billing_range", "within_price_range", "within_meter_range"})

# What keeps a cause that is proved elsewhere from being proved on these lines.
RIVALS: Final = "Another cause closes some of these lines as well, so nothing is proved."
# Two lines make such a cause, and what else explains one of them leaves both in doubt.
COUNTERPARTS: Final = frozenset({"other_day", "other_period"})
OF_EITHER_DAY: Final = (
    "Another cause closes some of these lines, or their counterparts, too: nothing is proved."
)
EQUAL_AMOUNT: Final = (
    "The counterpart is an equal amount on another day and no more than that, so nothing is proved."
)
LATE_VARIANT: Final = "no usage row of this period"
LATE: Final = (
    "Calls that an earlier period left open come to the amount of an entry here or more, and it may"
    " post some of them, so nothing is proved."
)
UNCOUNTED: Final = (
    "A usage row that waits in quarantine, or that a rule leaves out, may be the one that is"
    " missing, so nothing is proved."
)

BY_NAME: Final[dict[str, Cause]] = {cause.name: cause for cause in CAUSES}
