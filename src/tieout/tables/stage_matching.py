"""The tables of matching: rows, lines, and the lines that do not tie out."""

from __future__ import annotations

from typing import Final

from tieout.tables.column import Column, ColumnType, Table

T = ColumnType

USAGE_MEMBER: Final = Table(
    "usage_member",
    "Each usage row that takes part in matching.",
    (
        Column("row_id", T.COUNT, "Number of the record within the run.", nullable=False),
        Column("period_window", T.TEXT, "period, margin, carried or outside (D6).", nullable=False),
        Column("request_id", T.TEXT, "Provider request id."),
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
            "rating_state",
            T.TEXT,
            "The first of the six states that fits (D1), whatever the period.",
            nullable=False,
        ),
        Column("rating_reason", T.TEXT, "Why, as a stable code.", nullable=False),
        Column(
            "price_set_id",
            T.TEXT,
            "The price set in force; null where there is none or more than one.",
        ),
        Column(
            "currency", T.TEXT, "Currency of the amounts; null where no price and no charge says."
        ),
        Column("expected_cost", T.COST, "What should have been booked (D7); null where unrated."),
        Column(
            "full_cost",
            T.COST,
            "Quantity times unit rate, whether or not the call counts; null where unrated.",
        ),
        Column("list_cost", T.COST, "Quantity times list rate; null where unrated."),
        Column(
            "twice_cost",
            T.COST,
            "Quantity times the rate with the multiplier twice; null where there is none.",
        ),
        Column("low_cost", T.COST, "Expected less each doubt; null where unrated."),
        Column(
            "high_cost", T.COST, "Expected plus each doubt; null where unrated or without a bound."
        ),
        Column(
            "counts", T.FLAG, "Whether the call counts towards expected cost; null where unrated."
        ),
        Column(
            "charged_cost",
            T.COST,
            "What the vendor took, in money; refunds negative; null where unknown.",
        ),
        Column(
            "basis_cost",
            T.COST,
            "What the ledger should hold on its own basis (D9); null where unknown.",
        ),
        Column("group_key", T.TEXT, "The fields that matching names, as one text.", nullable=False),
    ),
)

LEDGER_MEMBER: Final = Table(
    "ledger_member",
    "Each ledger entry that takes part in matching.",
    (
        Column("row_id", T.COUNT, "Number of the record within the run.", nullable=False),
        Column("period_window", T.TEXT, "period, margin, carried or outside (D6).", nullable=False),
        Column("request_id", T.TEXT, "Provider request id."),
        Column("day", T.DAY, "Day in the reporting zone.", nullable=False),
        Column(
            "source_model_id",
            T.TEXT,
            "Exact id in the price source; null where the name is unmapped.",
        ),
        Column("model_name", T.TEXT, "Model name as written on the leg."),
        Column("cost_center", T.TEXT, "Who bears the cost."),
        Column("project", T.TEXT, "Project label."),
        Column("currency", T.TEXT, "Currency of the entry.", nullable=False),
        Column("recorded_cost", T.COST, "What the ledger says, credits negative.", nullable=False),
        Column("group_key", T.TEXT, "The fields that matching names, as one text.", nullable=False),
    ),
)

MATCH_MEMBER: Final = Table(
    "match_member",
    "The line each row of either leg belongs to (D14).",
    (
        Column("leg", T.TEXT, "usage or ledger.", nullable=False),
        Column("row_id", T.COUNT, "Number of the record within the run.", nullable=False),
        Column("period_window", T.TEXT, "period, margin, carried or outside (D6).", nullable=False),
        Column("line_key", T.TEXT, "The line: an id or a group of fields.", nullable=False),
    ),
)

MATCH_LINE: Final = Table(
    "match_line",
    "One line for each match key: both legs summed, in the period and in its margins.",
    (
        Column("line_key", T.TEXT, "The line: an id or a group of fields.", nullable=False),
        Column("grain", T.TEXT, "request or group.", nullable=False),
        Column("in_period", T.FLAG, "Whether the line has rows in the period.", nullable=False),
        Column("usage_rows", T.COUNT, "Usage rows in the period.", nullable=False),
        Column("ledger_rows", T.COUNT, "Ledger entries in the period.", nullable=False),
        Column("margin_usage_rows", T.COUNT, "Usage rows in the margins, or of a carried item.", nullable=False),
        Column("margin_ledger_rows", T.COUNT, "Ledger entries in the margins, or of a carried item.", nullable=False),
        Column(
            "rows_not_rated", T.COUNT, "Usage rows of the period without a rate.", nullable=False
        ),
        Column(
            "margin_rows_not_rated",
            T.COUNT,
            "Usage rows of the margins without a rate.",
            nullable=False,
        ),
        Column("state_not_rated", T.TEXT, "First state of those rows in the order of D1."),
        Column("reason_not_rated", T.TEXT, "First reason of that state."),
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
        Column(
            "one_currency",
            T.FLAG,
            "Whether all amounts of the match are in one currency.",
            nullable=False,
        ),
        Column(
            "price_set_id",
            T.TEXT,
            "The price set of its usage rows; null where there is none or more than one.",
        ),
        Column(
            "unverified_rows", T.COUNT, "Usage rows whose billing is unverified.", nullable=False
        ),
        Column("expected_cost", T.COST, "What should have been booked (D7).", nullable=False),
        Column(
            "full_cost",
            T.COST,
            "Quantity times unit rate, whether or not the call counts.",
            nullable=False,
        ),
        Column("low_cost", T.COST, "Expected less each doubt.", nullable=False),
        Column("high_cost", T.COST, "Expected plus each doubt; null without a bound."),
        Column(
            "margin_expected_cost",
            T.COST,
            "Expected cost of the rows in the margins.",
            nullable=False,
        ),
        Column("basis_cost", T.COST, "What the ledger should hold on its basis.", nullable=False),
        Column("margin_basis_cost", T.COST, "The same of the rows in the margins.", nullable=False),
        Column(
            "charged_cost",
            T.COST,
            "What the vendor took, in money; refunds negative; null where unknown.",
        ),
        Column("charged_rows", T.COUNT, "Usage rows with a known charge.", nullable=False),
        Column("recorded_cost", T.COST, "What the ledger says, credits negative.", nullable=False),
        Column(
            "margin_recorded_cost",
            T.COST,
            "Recorded cost of the entries in the margins.",
            nullable=False,
        ),
        Column("lowest_entry_cost", T.COST, "Smallest ledger entry."),
        Column("highest_entry_cost", T.COST, "Largest ledger entry."),
    ),
)

OPEN_LINE: Final = Table(
    "open_line",
    "Comparable lines that do not tie out (D11).",
    (
        Column("line_key", T.TEXT, "The line: an id or a group of fields.", nullable=False),
        Column("grain", T.TEXT, "request or group.", nullable=False),
        Column("in_period", T.FLAG, "Whether the line has rows in the period.", nullable=False),
        Column("day", T.DAY, "Day in the reporting zone.", nullable=False),
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
        Column("usage_rows", T.COUNT, "Usage rows in the period.", nullable=False),
        Column("ledger_rows", T.COUNT, "Ledger entries in the period.", nullable=False),
        Column("margin_usage_rows", T.COUNT, "Usage rows in the margins, or of a carried item.", nullable=False),
        Column("margin_ledger_rows", T.COUNT, "Ledger entries in the margins, or of a carried item.", nullable=False),
        Column(
            "margin_rows_not_rated",
            T.COUNT,
            "Usage rows of the margins without a rate.",
            nullable=False,
        ),
        Column(
            "price_set_id",
            T.TEXT,
            "The price set in force; null where there is none or more than one.",
        ),
        Column("basis_cost", T.COST, "What the ledger should hold on its basis.", nullable=False),
        Column("margin_basis_cost", T.COST, "The same of the rows in the margins.", nullable=False),
        Column("recorded_cost", T.COST, "What the ledger says, credits negative.", nullable=False),
        Column(
            "margin_recorded_cost",
            T.COST,
            "Recorded cost of the entries in the margins.",
            nullable=False,
        ),
        Column("lowest_entry_cost", T.COST, "Smallest ledger entry."),
        Column("highest_entry_cost", T.COST, "Largest ledger entry."),
        Column(
            "difference",
            T.COST,
            "Recorded minus what it should be; of the margins where the line lies there.",
            nullable=False,
        ),
    ),
)

OPEN_ROW: Final = Table(
    "open_row",
    "The rated usage rows of those lines.",
    (
        Column("line_key", T.TEXT, "The line: an id or a group of fields.", nullable=False),
        Column("row_id", T.COUNT, "Number of the record within the run.", nullable=False),
        Column("day", T.DAY, "Day in the reporting zone.", nullable=False),
        Column("source_model_id", T.TEXT, "Exact id in the price source.", nullable=False),
        Column("price_set_id", T.TEXT, "The price set in force.", nullable=False),
        Column("currency", T.TEXT, "Currency of the price.", nullable=False),
        Column("counts", T.FLAG, "Whether the call counts towards expected cost.", nullable=False),
        Column("expected_cost", T.COST, "What should have been booked (D7).", nullable=False),
        Column("basis_cost", T.COST, "What the ledger should hold on its basis.", nullable=False),
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
    ),
)
