"""The tables of rating: the price and state of each usage row, and what it should cost."""

from __future__ import annotations

from typing import Final

from tieout.tables.column import Column, ColumnType, Table
from tieout.tables.stage_records import PRICE_IN_FORCE

T = ColumnType

RATE_LINE: Final = Table(
    "rate_line",
    "The unit rates of a price set, reasoning priced as output where it has no rate.",
    (
        Column("price_set_id", T.TEXT, "The price set.", nullable=False),
        Column("meter", T.TEXT, "What is counted.", nullable=False),
        Column(
            "list_unit_rate",
            T.UNIT_RATE,
            "Price of one unit before the multiplier.",
            nullable=False,
        ),
        Column("unit_rate", T.UNIT_RATE, "Price of one unit, exact.", nullable=False),
        Column(
            "twice_unit_rate", T.UNIT_RATE, "Price of one unit with the multiplier applied twice."
        ),
        Column(
            "basis_unit_rate",
            T.UNIT_RATE,
            "Price of one unit on the basis of the ledger (D9).",
            nullable=False,
        ),
    ),
)

SOURCE_COMPARISON: Final = Table(
    "source_comparison",
    "Each price in force in the period beside what a second source states for it (P4).",
    (
        Column("price_set_id", T.TEXT, "The price set that prices.", nullable=False),
        Column("check_set_id", T.TEXT, "The set of the source that checks.", nullable=False),
        Column("source_model_id", T.TEXT, "The model, spelled alike by both.", nullable=False),
        Column("meter", T.TEXT, "What is counted.", nullable=False),
        Column(
            "compared_from", T.INSTANT, "Both hold from here, within the period.", nullable=False
        ),
        Column("compared_until", T.INSTANT, "Both hold before this instant.", nullable=False),
        Column("unit_rate", T.UNIT_RATE, "What one unit costs; null where no price is stated."),
        Column("check_rate", T.UNIT_RATE, "The same by the source that checks."),
        Column("currency", T.TEXT, "Currency of the price.", nullable=False),
        Column("check_currency", T.TEXT, "Currency of the other price.", nullable=False),
        Column(
            "difference",
            T.TEXT,
            "price, currency, unit (no meter in common) or presence; null where they agree.",
        ),
        Column(
            "standing",
            T.TEXT,
            "agrees, conflict, resolved, only_primary or only_check.",
            nullable=False,
        ),
        Column("resolution", T.TEXT, "The resolution that settled the two prices."),
    ),
)

DISPUTED_COST: Final = Table(
    "disputed_cost",
    "What a rated call would cost at the price of a source that disputes its own (P4).",
    (
        Column("row_id", T.COUNT, "Number of the record within the run.", nullable=False),
        Column("check_set_id", T.TEXT, "The set of the source that checks.", nullable=False),
        Column("lowest_cost", T.COST, "At that price, less each doubt.", nullable=False),
        Column("highest_cost", T.COST, "At that price, plus each doubt; null without a bound."),
    ),
)

OVERLAPPING_COST: Final = Table(
    "overlapping_cost",
    "What a call would cost at each price that holds at its time, where more than one does (P4, D30).",
    (
        Column("row_id", T.COUNT, "Number of the record within the run.", nullable=False),
        Column("price_set_id", T.TEXT, "One of the prices that hold.", nullable=False),
        Column("cost", T.COST, "At that price; null where it names no rate for a meter."),
    ),
)

USAGE_PRICE: Final = Table(
    "usage_price",
    "The price set in force at the time of each usage row (K3).",
    (
        Column("row_id", T.COUNT, "Number of the record within the run.", nullable=False),
        Column(
            "source_model_id",
            T.TEXT,
            "Exact id in the price source; null where the name is unmapped.",
        ),
        Column(
            "resolved_by", T.TEXT, "exact; alias; exact, no price in force; null where unmapped."
        ),
        Column("alias_id", T.TEXT, "Row of the mapping that was used."),
        Column(
            "rates_in_force", T.COUNT, "How many different prices hold at once.", nullable=False
        ),
        Column(
            "price_set_id",
            T.TEXT,
            "The price set in force; null where there is none or more than one.",
        ),
        Column(
            "currency", T.TEXT, "Currency of the amounts; null where no price and no charge says."
        ),
        Column("grade", T.TEXT, "Grade of the price, A to D (D21)."),
        Column(
            "declared",
            T.FLAG,
            "Whether the price's start was declared rather than captured (D22).",
            nullable=False,
        ),
    ),
)

PRICE_GAP: Final = Table(
    "price_gap",
    "The time in which a price changed unseen, as narrowed by frozen ratios (P7).",
    (
        Column("source_model_id", T.TEXT, "Exact id in the price source.", nullable=False),
        Column("seen_old", T.INSTANT, "The old price was last seen here.", nullable=False),
        Column("seen_new", T.INSTANT, "The new price was first seen here.", nullable=False),
        Column("old_set_id", T.TEXT, "The price set before the change.", nullable=False),
        Column("new_set_id", T.TEXT, "The price set after the change.", nullable=False),
        Column(
            "shown_old",
            T.INSTANT,
            "The last row that shows the old ratios, or seen_old.",
            nullable=False,
        ),
        Column(
            "shown_new",
            T.INSTANT,
            "The first row that shows the new ratios, or seen_new.",
            nullable=False,
        ),
    ),
)

PRICE_APPLIED: Final = Table(
    "price_applied",
    "The price in force, a change in it moved to the first row that shows it (P7).",
    PRICE_IN_FORCE.columns,
)

MISSING_METER: Final = Table(
    "missing_meter",
    "Usage rows whose price needs a meter that was not recorded (D3).",
    (Column("row_id", T.COUNT, "Number of the record within the run.", nullable=False),),
)

UNPRICED_METER: Final = Table(
    "unpriced_meter",
    "Usage rows with tokens that their price names no rate for.",
    (Column("row_id", T.COUNT, "Number of the record within the run.", nullable=False),),
)

EXCLUDED_ROW: Final = Table(
    "excluded_row",
    "Usage rows left out by a named rule.",
    (
        Column("row_id", T.COUNT, "Number of the record within the run.", nullable=False),
        Column(
            "rule_name",
            T.TEXT,
            "The exclusion rule; of several, the first by name.",
            nullable=False,
        ),
    ),
)

CALL_BILLING: Final = Table(
    "call_billing",
    "Each call that did not simply complete, and what a verified rule says of its billing (U2).",
    (
        Column("row_id", T.COUNT, "Number of the record within the run.", nullable=False),
        Column("call_kind", T.TEXT, "settled, refunded, retried, or the outcome.", nullable=False),
        Column("billable", T.FLAG, "Whether it is billed; null while no rule is verified."),
    ),
)

CONTRACT_HOLD: Final = Table(
    "contract_hold",
    "Usage rows that rest on a contradicted contract item; what they cost is unknown (C3).",
    (
        Column("row_id", T.COUNT, "Number of the record within the run.", nullable=False),
        Column("about", T.TEXT, "What rests on it: the usage or the price.", nullable=False),
    ),
)

USAGE_STATE: Final = Table(
    "usage_state",
    "The one home of each usage row (D1), with its reason.",
    (
        Column("row_id", T.COUNT, "Number of the record within the run.", nullable=False),
        Column("period_window", T.TEXT, "period, margin, carried or outside (D6).", nullable=False),
        Column(
            "rating_state",
            T.TEXT,
            "The first of the six states that fits (D1), whatever the period.",
            nullable=False,
        ),
        Column("rating_reason", T.TEXT, "Why, as a stable code.", nullable=False),
        Column(
            "row_state",
            T.TEXT,
            "The row's one home in the totals: rows of another period are excluded.",
            nullable=False,
        ),
        Column("state_reason", T.TEXT, "Why, as a stable code.", nullable=False),
    ),
)

PART_RANGE: Final = Table(
    "part_range",
    "The range of rates that an unrecorded part leaves open (D3).",
    (
        Column("price_set_id", T.TEXT, "The price set.", nullable=False),
        Column("import_id", T.TEXT, "The import the record came with.", nullable=False),
        Column("meter", T.TEXT, "The whole that includes the unrecorded part.", nullable=False),
        Column(
            "lowest_rate",
            T.UNIT_RATE,
            "Lowest rate a unit of the whole may have had.",
            nullable=False,
        ),
        Column(
            "highest_rate",
            T.UNIT_RATE,
            "Highest rate a unit of the whole may have had.",
            nullable=False,
        ),
    ),
)

RATED_METER: Final = Table(
    "rated_meter",
    "Quantity times the unit rate in force, one meter of one row a line (K2).",
    (
        Column("row_id", T.COUNT, "Number of the record within the run.", nullable=False),
        Column("meter", T.TEXT, "What is counted; or settlement.", nullable=False),
        Column(
            "quantity",
            T.QUANTITY,
            "Units counted; leaves are disjoint. A settlement is 1, or -1 where it gives back.",
            nullable=False,
        ),
        Column("price_set_id", T.TEXT, "The price set in force.", nullable=False),
        Column(
            "unit_rate",
            T.UNIT_RATE,
            "Price of one unit, exact; of a settlement, what it moved.",
            nullable=False,
        ),
        Column(
            "full_cost",
            T.COST,
            "Quantity times unit rate, whether or not the call counts.",
            nullable=False,
        ),
        Column(
            "list_cost",
            T.COST,
            "Quantity times list rate; null for a settlement where the price has a multiplier.",
        ),
        Column(
            "twice_cost",
            T.COST,
            "Quantity times the rate with the multiplier twice; null where there is none.",
        ),
        Column(
            "lowest_cost",
            T.COST,
            "At the lowest rate an unrecorded part may have had.",
            nullable=False,
        ),
        Column(
            "highest_cost",
            T.COST,
            "At the highest rate an unrecorded part may have had.",
            nullable=False,
        ),
    ),
)

PRICE_DURING_CALL: Final = Table(
    "price_during_call",
    "The other prices a call may have had, of which only the end was logged (D5).",
    (
        Column("row_id", T.COUNT, "Number of the record within the run.", nullable=False),
        Column(
            "price_set_id",
            T.TEXT,
            "Another price set in force before the call ended; null where none can be applied.",
        ),
    ),
)

PRICE_IN_DOUBT: Final = Table(
    "price_in_doubt",
    "Other prices of a call's time: of a change seen late, or not approved yet (P7, D27).",
    (
        Column("row_id", T.COUNT, "Number of the record within the run.", nullable=False),
        Column("doubt", T.TEXT, "gap or waiting.", nullable=False),
        Column("other_set_id", T.TEXT, "The other price set.", nullable=False),
        Column(
            "price_set_id", T.TEXT, "The other price set; null where it cannot be applied."
        ),
    ),
)

COST_DURING_CALL: Final = Table(
    "cost_during_call",
    "What a call would cost at each other price it may have had (D5).",
    (
        *PRICE_DURING_CALL.columns,
        Column("lowest_cost", T.COST, "At that price, less each doubt.", nullable=False),
        Column("highest_cost", T.COST, "At that price, plus each doubt; null without a bound."),
    ),
)

EXPECTED_COST: Final = Table(
    "expected_cost",
    "What each rated usage row should cost, and the range its doubts leave (D7).",
    (
        Column("row_id", T.COUNT, "Number of the record within the run.", nullable=False),
        Column("counts", T.FLAG, "Whether the call counts towards expected cost.", nullable=False),
        Column(
            "full_cost",
            T.COST,
            "Quantity times unit rate, whether or not the call counts.",
            nullable=False,
        ),
        Column(
            "list_cost",
            T.COST,
            "Quantity times list rate; null for a settlement where the price has a multiplier.",
        ),
        Column(
            "twice_cost",
            T.COST,
            "Quantity times the rate with the multiplier twice; null where there is none.",
        ),
        Column("expected_cost", T.COST, "What should have been booked (D7).", nullable=False),
        Column("low_cost", T.COST, "Expected less each doubt.", nullable=False),
        Column(
            "high_cost",
            T.COST,
            "Expected plus each doubt; null where the price charges a meter that is not recorded,"
            " or one the call may have had cannot be applied.",
        ),
    ),
)

ROW_DOUBT: Final = Table(
    "row_doubt",
    "Why what a rated call should cost is no single amount, and how far it may move (D3, D7, L3).",
    (
        Column("row_id", T.COUNT, "Number of the record within the run.", nullable=False),
        Column("reason", T.TEXT, "The first doubt that fits, with its kind of call or its ruling.", nullable=False),
        Column("doubt_about", T.TEXT, "billing, price or meter.", nullable=False),
        Column("reasons", T.COUNT, "How many doubts the call stands under.", nullable=False),
        Column("below", T.COST, "How much less it may come to.", nullable=False),
        Column("above", T.COST, "How much more it may come to; null without a bound."),
    ),
)
