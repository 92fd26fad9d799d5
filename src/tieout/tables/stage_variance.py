"""The tables of variance and review: alternatives, causes, parts, groups and slices."""

from __future__ import annotations

from typing import Final

from tieout.tables.column import Column, ColumnType, Table

T = ColumnType

OTHER_PRICE: Final = Table(
    "other_price",
    "Open rows at every other price of their model.",
    (
        Column("line_key", T.TEXT, "The line: an id or a group of fields.", nullable=False),
        Column("row_id", T.COUNT, "Number of the record within the run.", nullable=False),
        Column("cause", T.TEXT, "Name of the cause.", nullable=False),
        Column("variant", T.TEXT, "Which assumption was changed, and to what.", nullable=False),
        Column("amount", T.COST, "Cost under the changed assumption.", nullable=False),
    ),
)

RATIO: Final = Table(
    "ratio", "Open rows with the multiplier left out, or applied twice.", OTHER_PRICE.columns
)

SWAPPED_TOKENS: Final = Table(
    "swapped_tokens", "Open rows with input and output exchanged.", OTHER_PRICE.columns
)

OTHER_BASIS: Final = Table(
    "other_basis", "Open rows net of the multiplier, on another basis.", OTHER_PRICE.columns
)

UNVERIFIED_BILLING: Final = Table(
    "unverified_billing",
    "Open rows with calls that do not count billed in full.",
    OTHER_PRICE.columns,
)

METER_PRICED_OTHERWISE: Final = Table(
    "meter_priced_otherwise",
    "Open rows with a meter left out, counted twice or priced as another one.",
    OTHER_PRICE.columns,
)

ROW_COUNTERFACTUAL: Final = Table(
    "row_counterfactual", "The alternative amounts of open rows, all of them.", OTHER_PRICE.columns
)

ROUNDING_SCOPE: Final = Table(
    "rounding_scope",
    "The days, models or the period that a booking rounds over, and the lines in them (K4).",
    (
        Column("line_key", T.TEXT, "The line: an id or a group of fields.", nullable=False),
        Column("currency", T.TEXT, "Currency of the amounts."),
        Column("scope", T.TEXT, "A day, a model, or the period.", nullable=False),
        Column("apart", T.FLAG, "The line is rounded by itself, scope by scope.", nullable=False),
        Column("pooled", T.FLAG, "The line is compared through the total of the scope.", nullable=False),
        Column("basis_cost", T.COST, "What the books should hold of the line in this scope.", nullable=False),
        Column("recorded_cost", T.COST, "What the ledger says of the whole line.", nullable=False),
    ),
)

ROUNDED_AMOUNT: Final = Table(
    "rounded_amount",
    "Each amount that the booking rounds once, exact and rounded as declared (K4, D12).",
    (
        Column("line_key", T.TEXT, "The line: an id or a group of fields; null for a scope."),
        Column("currency", T.TEXT, "Currency of a scope; null for a line."),
        Column("cause", T.TEXT, "Name of the cause.", nullable=False),
        Column("variant", T.TEXT, "Which assumption was changed, and to what.", nullable=False),
        Column("part", T.TEXT, "What is rounded apart: a row, the line, or a scope.", nullable=False),
        Column("amount", T.COST, "The exact amount.", nullable=False),
        Column("rounded_amount", T.COST, "The amount as the booking rounds it.", nullable=False),
    ),
)

LINE_COUNTERFACTUAL: Final = Table(
    "line_counterfactual",
    "The alternative amounts of open lines, rounded as declared (K4).",
    (
        Column("line_key", T.TEXT, "The line: an id or a group of fields.", nullable=False),
        Column("cause", T.TEXT, "Name of the cause.", nullable=False),
        Column("variant", T.TEXT, "Which assumption was changed, and to what.", nullable=False),
        Column("amount", T.COST, "Cost under the changed assumption.", nullable=False),
    ),
)

RECOMPUTED: Final = Table(
    "recomputed",
    "Open lines that one changed assumption closes.",
    (
        Column("line_key", T.TEXT, "The line: an id or a group of fields.", nullable=False),
        Column("cause", T.TEXT, "Name of the cause.", nullable=False),
        Column("variant", T.TEXT, "Which assumption was changed, and to what.", nullable=False),
    ),
)

ROUNDED_SCOPE: Final = Table(
    "rounded_scope",
    "Open lines whose day, model or period was rounded as declared.",
    RECOMPUTED.columns,
)

FACTOR_THOUSAND: Final = Table(
    "factor_thousand", "Open lines off by a factor of a thousand.", RECOMPUTED.columns
)

PRESENCE: Final = Table(
    "presence",
    "Open lines where a leg has no row, or the ledger the same entry twice.",
    RECOMPUTED.columns,
)

PLAIN_MULTIPLE: Final = Table(
    "plain_multiple",
    "Open lines recorded at a plain multiple of what they should be.",
    RECOMPUTED.columns,
)

BOOKED_ELSEWHERE: Final = Table(
    "booked_elsewhere",
    "Open lines whose money is too much under another label or id.",
    RECOMPUTED.columns,
)

OTHER_ZONE: Final = Table(
    "other_zone", "Open lines whose days were cut in another zone.", RECOMPUTED.columns
)

UNEXPLAINED_LINE: Final = Table(
    "unexplained_line",
    "Open lines with rows on both legs that no special cause closes.",
    (
        Column("line_key", T.TEXT, "The line: an id or a group of fields.", nullable=False),
        Column("source_model_id", T.TEXT, "Exact id in the price source; null where the name is unmapped."),
        Column("cost_center", T.TEXT, "Who bears the cost."),
        Column("currency", T.TEXT, "Currency of the amounts; null where no price and no charge says."),
        Column("usage_rows", T.COUNT, "Usage rows in the period.", nullable=False),
        Column("ledger_rows", T.COUNT, "Ledger entries in the period.", nullable=False),
        Column("basis_cost", T.COST, "What the ledger should hold on its own basis (D9).", nullable=False),
        Column("recorded_cost", T.COST, "What the ledger says, credits negative.", nullable=False),
    ),
)

BOOKED_AS_CHARGED: Final = Table(
    "booked_as_charged",
    "Unexplained lines whose ledger holds what the vendor charged.",
    RECOMPUTED.columns,
)

OTHER_MODEL_PRICE: Final = Table(
    "other_model_price", "Open lines that the price of another model closes.", RECOMPUTED.columns
)

COMMON_FACTOR: Final = Table(
    "common_factor",
    "Open lines recorded at one factor of what they should be.",
    RECOMPUTED.columns,
)

LEFT_OUT_BOOKED: Final = Table(
    "left_out_booked",
    "Group lines that hold the price of usage rows which do not count.",
    RECOMPUTED.columns,
)

MINIMUM_CHARGE: Final = Table(
    "minimum_charge",
    "Open lines of cheaper calls that are booked at one amount.",
    RECOMPUTED.columns,
)

UNCLOSED_LINE: Final = Table(
    "unclosed_line",
    "Unexplained lines that the searches do not close either, without quantities of the ledger.",
    UNEXPLAINED_LINE.columns,
)

WITHIN_RANGE: Final = Table(
    "within_range",
    "Lines without another cause, recorded within the range of the doubts about their calls.",
    RECOMPUTED.columns,
)

UNRECORDED_PART: Final = Table(
    "unrecorded_part",
    "Calls booked above expected by whole units of a meter that was not recorded.",
    RECOMPUTED.columns,
)

LEDGER_QUANTITY_PRICED: Final = Table(
    "ledger_quantity_priced",
    "What the ledger's own quantities cost at the price in force.",
    (
        Column("line_key", T.TEXT, "The line: an id or a group of fields.", nullable=False),
        Column(
            "ledger_quantity_cost",
            T.COST,
            "What the ledger's own quantities cost at the price in force.",
            nullable=False,
        ),
    ),
)

CAUSE_CANDIDATE: Final = Table(
    "cause_candidate", "Every explanation that closes an open line.", RECOMPUTED.columns
)

LINE_CAUSE: Final = Table(
    "line_cause",
    "The explanation a line is filed under.",
    (
        Column("line_key", T.TEXT, "The line: an id or a group of fields.", nullable=False),
        Column("cause", T.TEXT, "Name of the cause.", nullable=False),
        Column("variant", T.TEXT, "First variant of the cause by name.", nullable=False),
        Column("causes", T.COUNT, "How many different causes close the line, and one more where its counterpart has several; more than one are rivals, and nothing is proved.", nullable=False),
    ),
)

VARIANCE_LINE: Final = Table(
    "variance_line",
    "Every line of the period with its variance, bucket, cause and parts (V2, V3).",
    (
        Column("line_key", T.TEXT, "The line: an id or a group of fields.", nullable=False),
        Column("grain", T.TEXT, "request or group.", nullable=False),
        Column("day", T.DAY, "Day in the reporting zone.", nullable=False),
        Column(
            "source_model_id",
            T.TEXT,
            "Exact id in the price source; null where the name is unmapped.",
        ),
        Column("model_name", T.TEXT, "Model name as written on the leg."),
        Column("cost_center", T.TEXT, "Who bears the cost."),
        Column("project", T.TEXT, "Project label."),
        Column(
            "currency", T.TEXT, "Currency of the amounts; null where no price and no charge says."
        ),
        Column("usage_rows", T.COUNT, "Usage rows in the period.", nullable=False),
        Column("ledger_rows", T.COUNT, "Ledger entries in the period.", nullable=False),
        Column(
            "price_set_id",
            T.TEXT,
            "The price set in force; null where there is none or more than one.",
        ),
        Column(
            "unverified_rows", T.COUNT, "Usage rows whose billing is unverified.", nullable=False
        ),
        Column("line_state", T.TEXT, "ties_out, cancels, open or not_comparable.", nullable=False),
        Column("state_not_rated", T.TEXT, "First state of those rows in the order of D1."),
        Column("reason_not_rated", T.TEXT, "First reason of that state."),
        Column("cause", T.TEXT, "Name of the cause.", nullable=False),
        Column("variant", T.TEXT, "Which assumption closes the line."),
        Column("causes", T.COUNT, "How many different causes close the line, and one more where its counterpart has several; more than one are rivals, and nothing is proved.", nullable=False),
        Column("bucket", T.TEXT, "Variance bucket (D15).", nullable=False),
        Column("proof", T.TEXT, "proved, suspected or none.", nullable=False),
        Column("expected_cost", T.COST, "What should have been booked (D7).", nullable=False),
        Column("low_cost", T.COST, "Expected less each doubt.", nullable=False),
        Column("high_cost", T.COST, "Expected plus each doubt; null without a bound."),
        Column("basis_cost", T.COST, "What the ledger should hold on its own basis (D9).", nullable=False),
        Column(
            "charged_cost",
            T.COST,
            "What the vendor took, in money; refunds negative; null where unknown.",
        ),
        Column("recorded_cost", T.COST, "What the ledger says, credits negative.", nullable=False),
        Column("variance", T.COST, "Recorded minus expected.", nullable=False),
        Column("booking_variance", T.COST, "Recorded minus charged."),
        Column("billing_variance", T.COST, "Charged minus expected."),
        Column("basis_part", T.COST, "The part due to the ledger's declared basis (D9).", nullable=False),
        Column("overcharge", T.COST, "Charged above expected beyond rounding, in a ledger of charges.", nullable=False),
        Column("rate_part", T.COST, "The part of the variance due to rate.", nullable=False),
        Column(
            "quantity_part", T.COST, "The part of the variance due to quantity.", nullable=False
        ),
        Column("mapping_part", T.COST, "The part of the variance due to mapping.", nullable=False),
        Column("timing_part", T.COST, "The part of the variance due to timing.", nullable=False),
        Column(
            "rounding_part", T.COST, "The part of the variance due to rounding.", nullable=False
        ),
        Column("unknown_part", T.COST, "The part nobody has explained.", nullable=False),
        Column("first_cause", T.TEXT, "Of two causes together the one about the calls; else null."),
        Column("first_variant", T.TEXT, "Which assumption it changes, and to what."),
        Column("second_cause", T.TEXT, "Of two causes together the one on top of it; else null."),
        Column("second_variant", T.TEXT, "Which assumption it changes, and to what."),
        Column("second_effect", T.COST, "What the second one adds to the variance; else zero.", nullable=False),
    ),
)

CAUSE_GROUP: Final = Table(
    "cause_group",
    "Open lines of one cause in one scope: what a person reviews (D16).",
    (
        Column("cause", T.TEXT, "Name of the cause.", nullable=False),
        Column("bucket", T.TEXT, "Variance bucket (D15).", nullable=False),
        Column("proof", T.TEXT, "proved, suspected or none.", nullable=False),
        Column(
            "source_model_id",
            T.TEXT,
            "Exact id in the price source; null where the name is unmapped.",
        ),
        Column("cost_center", T.TEXT, "Who bears the cost."),
        Column("project", T.TEXT, "Project label."),
        Column(
            "currency", T.TEXT, "Currency of the amounts; null where no price and no charge says."
        ),
        Column("first_day", T.DAY, "First day of its lines.", nullable=False),
        Column("last_day", T.DAY, "Last day of its lines.", nullable=False),
        Column("lines", T.COUNT, "Lines.", nullable=False),
        Column("net", T.COST, "Sum of the variances; of billing where the halves cancel.", nullable=False),
        Column("gross", T.COST, "Sum of their sizes.", nullable=False),
        Column("first_variant", T.TEXT, "First variant by name."),
        Column("variants", T.COUNT, "How many variants.", nullable=False),
        Column("example_line", T.TEXT, "One of its lines.", nullable=False),
    ),
)

BUCKET_TOTAL: Final = Table(
    "bucket_total",
    "Variance per bucket and currency.",
    (
        Column(
            "currency", T.TEXT, "Currency of the amounts; null where no price and no charge says."
        ),
        Column("bucket", T.TEXT, "Variance bucket (D15).", nullable=False),
        Column("lines", T.COUNT, "Lines.", nullable=False),
        Column("net", T.COST, "Sum of the variances.", nullable=False),
        Column("gross", T.COST, "Sum of their sizes.", nullable=False),
    ),
)

SLICE: Final = Table(
    "slice",
    "Model by cost center, each decided on its own (D19).",
    (
        Column("model", T.TEXT, "Source model id, or the name as written where unmapped."),
        Column(
            "source_model_id",
            T.TEXT,
            "Exact id in the price source; null where the name is unmapped.",
        ),
        Column("cost_center", T.TEXT, "Who bears the cost."),
        Column(
            "currency", T.TEXT, "Currency of the amounts; null where no price and no charge says."
        ),
        Column("lines", T.COUNT, "Lines.", nullable=False),
        Column("open_lines", T.COUNT, "Lines that do not tie out.", nullable=False),
        Column(
            "lines_not_comparable", T.COUNT, "Lines whose expected cost is unknown.", nullable=False
        ),
        Column("lines_without_charge", T.COUNT, "Of those, lines whose charge is unknown.", nullable=False),
        Column("unknown_lines", T.COUNT, "Open lines without a cause.", nullable=False),
        Column(
            "unverified_rows", T.COUNT, "Usage rows whose billing is unverified.", nullable=False
        ),
        Column("doubt", T.COST, "High less low of its comparable lines."),
        Column("unbounded_lines", T.COUNT, "Lines without an upper bound.", nullable=False),
        Column("expected_cost", T.COST, "What should have been booked (D7).", nullable=False),
        Column(
            "charged_cost", T.COST, "What the vendor took; null where a line's charge is unknown."
        ),
        Column("recorded_cost", T.COST, "What the ledger says, credits negative.", nullable=False),
        Column("variance", T.COST, "Recorded minus expected.", nullable=False),
        Column("gross", T.COST, "Sum of their sizes.", nullable=False),
    ),
)
