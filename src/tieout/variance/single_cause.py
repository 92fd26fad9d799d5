"""Single causes: each with bucket, part, proof and sentence, in their order of precedence.

Adding a cause is one entry here and one statement in ``causes/``; :mod:`tieout.variance.cause` is
the closed list, with the two that are searched together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from tieout.findings import Bucket, Kind

Part = Literal[
    "rate", "quantity", "mapping", "tier", "timing", "rounding", "basis", "adjustment", "unknown",
]  # fmt: skip
PARTS: Final[tuple[Part, ...]] = (
    "rate", "quantity", "mapping", "tier", "timing", "rounding", "basis", "adjustment", "unknown",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cause:
    """One explanation of a difference.

    Attributes:
        name: the word in the variance tables.
        bucket: by D15.
        part: which part of the variance it makes (V3).
        proof: ``proved`` where closing the line rests on evidence beside the arithmetic, such as a
            captured price or a counterpart entry; ``suspected`` where only the arithmetic closes,
            or the amount lies in a range.
        kind: what the finding is about (D18).
        title: short, for tables; the model stands before it.
        sentence: what is known and how.
        together: the two causes of which it is made; the bucket of a line is then that of the
            larger effect, and each effect has the part of its own cause (D15).
    """

    name: str
    bucket: Bucket
    part: Part
    proof: Literal["proved", "suspected", "none"]
    kind: Kind
    title: str
    sentence: str
    together: tuple[Cause, Cause] | None = None


# Order is precedence: rounding is recognised before any cause that would need an assumption.
SINGLE: Final[tuple[Cause, ...]] = (
    Cause(
        "ties_out", Bucket.ROUNDING, "rounding", "none", Kind.BOOKING,
        "ties out", "The difference is at most half the declared recorded step.",
    ),
    Cause(
        "declared_rounding", Bucket.ROUNDING, "rounding", "proved", Kind.BOOKING,
        "rounded as declared",
        "The expected cost, rounded by the declared rule of the booking, equals the ledger.",
    ),
    Cause(
        "other_period", Bucket.TIMING, "timing", "proved", Kind.BOOKING,
        "booked in the neighbouring period",
        "The same money stands in the margin of a neighbouring period.",
    ),
    Cause(
        "clears_carried", Bucket.TIMING, "timing", "proved", Kind.BOOKING,
        "clears an item of an earlier period",
        "An earlier run left the same money open, and this is its counterpart: the same id, or the"
        " same group without ids.",
    ),
    Cause(
        "equals_carried", Bucket.TIMING, "timing", "suspected", Kind.BOOKING,
        "equals what an earlier period left open",
        "An earlier period left the same amount open in this group: single calls that come to it,"
        " or a line that was in doubt there. It is an equal amount and no more than that.",
    ),
    Cause(
        "other_day", Bucket.TIMING, "timing", "proved", Kind.BOOKING,
        "booked on another day",
        "An equal and opposite difference stands on another day of the same scope.",
    ),
    Cause(
        "other_zone", Bucket.TIMING, "timing", "suspected", Kind.BOOKING,
        "days cut in another zone",
        "Every day that the ledger books is what was used within it in another zone.",
    ),
    Cause(
        "refund_of_other_period", Bucket.TIMING, "timing", "proved", Kind.BOOKING,
        "refund of a call of another period",
        "The difference is what refunds of this period give back for calls of another one.",
    ),
    Cause(
        "posted_repeatedly", Bucket.USAGE, "quantity", "proved", Kind.BOOKING,
        "posted more than once",
        "The ledger holds equal entries, each of which alone ties out to the usage row.",
    ),
    Cause(
        "other_id", Bucket.USAGE, "quantity", "suspected", Kind.BOOKING,
        "booked under another id",
        "An equal amount of the same model, day and cost center stands under an id that the other"
        " leg does not have.",
    ),
    Cause(
        "other_model", Bucket.SOURCE, "mapping", "suspected", Kind.BOOKING,
        "booked under another model",
        "An equal and opposite difference stands under another model on the same day.",
    ),
    Cause(
        "other_cost_center", Bucket.USAGE, "quantity", "suspected", Kind.BOOKING,
        "booked to another cost center",
        "An equal and opposite difference of the same model and day stands under another cost"
        " center.",
    ),
    Cause(
        "not_in_ledger", Bucket.USAGE, "quantity", "proved", Kind.BOOKING,
        "not in the ledger", "The usage has no ledger entry, in this period or beside it.",
    ),
    Cause(
        "usage_waits", Bucket.USAGE, "quantity", "proved", Kind.USAGE_EXTRACTION,
        "booked, while its usage row waits",
        "The usage row with the id of the ledger entry waits in quarantine: its id and attempt"
        " stand on different records.",
    ),
    Cause(
        "usage_excluded", Bucket.USAGE, "quantity", "proved", Kind.BOOKING,
        "booked, though a rule leaves its usage row out",
        "The usage row with the id of the ledger entry is there, and an approved rule leaves it"
        " out: nothing is expected for it.",
    ),
    Cause(
        "not_in_usage", Bucket.USAGE, "quantity", "proved", Kind.USAGE_EXTRACTION,
        "without a usage row",
        "No usage row that counts carries the ledger entry, in this period or beside it.",
    ),
    Cause(
        "price_not_in_force", Bucket.SOURCE, "rate", "proved", Kind.PRICE_INTERPRETATION,
        "priced with a price not in force",
        "Another captured price of the model, not in force at that time, gives the ledger amount.",
    ),
    Cause(
        "ratio_not_applied", Bucket.SOURCE, "rate", "proved", Kind.PRICE_INTERPRETATION,
        "ratio not applied",
        "The listed price without the source's multiplier gives the ledger amount.",
    ),
    Cause(
        "ratio_applied_twice", Bucket.SOURCE, "rate", "proved", Kind.PRICE_INTERPRETATION,
        "ratio applied twice",
        "The listed price with the source's multiplier applied twice gives the ledger amount.",
    ),
    Cause(
        "other_basis", Bucket.SOURCE, "rate", "proved", Kind.BOOKING,
        "booked on another basis",
        "The cost net of the source's multiplier gives the ledger amount, while the ledger declares"
        " that it holds another one.",
    ),
    Cause(
        "left_out_booked", Bucket.USAGE, "quantity", "suspected", Kind.BOOKING,
        "left-out usage, booked in a total",
        "What is expected, and what the usage rows would cost that a rule leaves out or that repeat"
        " another one, together give the ledger amount.",
    ),
    Cause(
        "other_model_price", Bucket.SOURCE, "mapping", "suspected", Kind.PRICE_INTERPRETATION,
        "priced as another model",
        "The price of another model, in force at that time, gives the ledger amount.",
    ),
    Cause(
        "factor_thousand", Bucket.SOURCE, "rate", "suspected", Kind.PRICE_INTERPRETATION,
        "off by a factor of 1,000",
        "The ledger amount is a thousand times the expected cost, or a thousandth of it.",
    ),
    Cause(
        "tokens_swapped", Bucket.USAGE, "quantity", "suspected", Kind.USAGE_EXTRACTION,
        "input and output tokens swapped",
        "The expected cost with input and output tokens exchanged gives the ledger amount.",
    ),
    Cause(
        "booked_at_zero", Bucket.SOURCE, "rate", "suspected", Kind.BOOKING,
        "booked at zero", "The ledger has an entry of zero for usage that has a price.",
    ),
    Cause(
        "part_counted_twice", Bucket.CONTRACT, "quantity", "suspected", Kind.USAGE_EXTRACTION,
        "part counted twice",
        "A meter counted within the one that includes it, and once more on its own, gives the"
        " ledger amount.",
    ),
    Cause(
        "part_priced_as_whole", Bucket.CONTRACT, "rate", "suspected", Kind.PRICE_INTERPRETATION,
        "part priced as its whole",
        "A meter at the price of the one that includes it, and not at its own, gives the ledger"
        " amount.",
    ),
    Cause(
        "cache_not_counted", Bucket.CONTRACT, "quantity", "suspected", Kind.USAGE_EXTRACTION,
        "cached tokens left out",
        "The expected cost without the cached tokens gives the ledger amount.",
    ),
    Cause(
        "meter_not_counted", Bucket.USAGE, "quantity", "suspected", Kind.USAGE_EXTRACTION,
        "meter not counted",
        "The expected cost without one meter gives the ledger amount.",
    ),
    Cause(
        "output_at_input_price", Bucket.SOURCE, "rate", "suspected", Kind.PRICE_INTERPRETATION,
        "output at the price of input",
        "The expected cost with output tokens at the price of input gives the ledger amount.",
    ),
    Cause(
        "uncounted_calls_booked", Bucket.CONTRACT, "quantity", "suspected", Kind.PROCESS,
        "failed or refunded calls booked in full",
        "The full cost of calls whose billing is unverified gives the ledger amount.",
    ),
    Cause(
        "settlement_booked", Bucket.CONTRACT, "quantity", "suspected", Kind.PROCESS,
        "settlement of a call booked",
        "What calls were settled at in the end, which counts by no verified rule, gives the ledger"
        " amount.",
    ),
    Cause(
        "not_billable_booked", Bucket.CONTRACT, "quantity", "proved", Kind.BOOKING,
        "calls that are not billed, booked in full",
        "The full cost of calls that a verified rule says are not billed gives the ledger amount.",
    ),
    Cause(
        "quantities_differ", Bucket.USAGE, "quantity", "proved", Kind.USAGE_EXTRACTION,
        "quantities differ",
        "The ledger's own quantities at the price in force give the ledger amount.",
    ),
    Cause(
        "posted_as_credit", Bucket.USAGE, "quantity", "suspected", Kind.BOOKING,
        "posted with the opposite sign",
        "The ledger amount is the expected cost with the sign of a credit.",
    ),
    Cause(
        "power_of_ten", Bucket.SOURCE, "rate", "suspected", Kind.PRICE_INTERPRETATION,
        "off by a power of ten",
        "The ledger amount is the expected cost with its decimal point elsewhere.",
    ),
    Cause(
        "counted_repeatedly", Bucket.USAGE, "quantity", "suspected", Kind.BOOKING,
        "counted more than once in one entry",
        "One entry holds two or three times the expected cost.",
    ),
    Cause(
        "minimum_charge", Bucket.SOURCE, "rate", "suspected", Kind.PRICE_INTERPRETATION,
        "one amount for cheaper calls",
        "Several calls that cost less, each another amount, are booked at one amount, as a minimum"
        " charge would.",
    ),
    Cause(
        "common_factor", Bucket.SOURCE, "rate", "suspected", Kind.PRICE_INTERPRETATION,
        "one factor on several lines",
        "Several lines of the model are recorded at one factor of what they should be; which one,"
        " and why, nothing says.",
    ),
    Cause(
        "within_billing_range", Bucket.CONTRACT, "quantity", "suspected", Kind.PROCESS,
        "within what unverified calls may come to",
        "The ledger amount lies within what calls may come to whose billing no verified rule"
        " settles; which of them it holds, nothing says.",
    ),
    Cause(
        "within_price_range", Bucket.SOURCE, "rate", "suspected", Kind.PRICE_INTERPRETATION,
        "within what the prices in doubt make",
        "The ledger amount lies within what the prices make that may have been in force; which of"
        " them it is, nothing says.",
    ),
    Cause(
        "within_meter_range", Bucket.USAGE, "quantity", "suspected", Kind.USAGE_EXTRACTION,
        "within what a meter not recorded may come to",
        "The ledger amount lies within what the calls may come to while a meter that changes their"
        " price was not recorded, or is estimated.",
    ),
    Cause(
        "unrecorded_part_added", Bucket.CONTRACT, "quantity", "suspected", Kind.USAGE_EXTRACTION,
        "part not recorded, added to its whole",
        "Whole numbers of units of a meter that was not recorded, added to the one that may include"
        " them, give the ledger amounts of several calls.",
    ),
    Cause(
        "booked_as_charged", Bucket.SOURCE, "unknown", "suspected", Kind.PRICE_INTERPRETATION,
        "booked as charged",
        "The ledger holds what the vendor charged, and the price in force makes another amount; no"
        " cause that is tested gives that charge.",
    ),
    Cause(
        "one_of_other_days", Bucket.USAGE, "quantity", "suspected", Kind.BOOKING,
        "one of several equal amounts",
        "Equal amounts of the group are missing or too much: which is the counterpart of which is"
        " not known, and for some of them there may be none.",
    ),
    Cause(
        "basis", Bucket.SOURCE, "basis", "none", Kind.PROCESS,
        "declared basis",
        "What lies between expected and the basis that the ledger declares: one reconciling item.",
    ),
    Cause(
        "charged_above_price", Bucket.SOURCE, "basis", "suspected", Kind.PRICE_INTERPRETATION,
        "charged above its price",
        "The vendor charged more than the price in force makes, and the ledger holds charges: a"
        " claim on the vendor, not an entry to correct.",
    ),
    Cause(
        "halves_cancel", Bucket.SOURCE, "rounding", "proved", Kind.PRICE_INTERPRETATION,
        "booking and billing cancel",
        "The books tie out with the price, and the vendor charged another amount on its own rows:"
        " booking and billing cancel, their sum is zero, and neither of them is.",
    ),
    Cause(
        "charge_unknown", Bucket.USAGE, "unknown", "none", Kind.USAGE_EXTRACTION,
        "charge unknown",
        "What a usage row comes to on the basis that the ledger declares, its charge or its list"
        " price, is not known: the line cannot be compared on that basis.",
    ),
    Cause(
        "unmapped", Bucket.SOURCE, "mapping", "none", Kind.PRICE_INTERPRETATION,
        "model not mapped", "No approved price or mapping names the model; expected is unknown.",
    ),
    Cause(
        "not_reconcilable", Bucket.USAGE, "quantity", "none", Kind.USAGE_EXTRACTION,
        "needed meter not recorded",
        "The price needs a quantity that was not recorded; expected is unknown.",
    ),
    Cause(
        "unrated", Bucket.SOURCE, "rate", "none", Kind.PRICE_INTERPRETATION,
        "no single price that applies",
        "No single price applies: none or two were in force, the price names no rate for what was"
        " used, or the mapping was approved for another unit; expected is unknown.",
    ),
    Cause(
        "contract_contradicted", Bucket.CONTRACT, "unknown", "none", Kind.PROCESS,
        "resting on a contradicted contract item",
        "What the calculation needs of the vendor's contract was contradicted by evidence and may"
        " not be used; expected is unknown.",
    ),
    Cause(
        "two_currencies", Bucket.SOURCE, "unknown", "none", Kind.BOOKING,
        "two currencies", "The legs are in different currencies, which are never compared.",
    ),
    Cause(
        "unknown", Bucket.UNKNOWN, "unknown", "none", Kind.BOOKING,
        "no explanation yet", "No cause that Tieout tests closes the difference.",
    ),
)  # fmt: skip
