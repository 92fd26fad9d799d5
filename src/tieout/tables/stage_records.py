"""The tables of the three witnesses after intake: records, meters, prices in force, resolved names."""

from __future__ import annotations

from typing import Final

from tieout.tables.column import Column, ColumnType, Table

T = ColumnType

USAGE_RECORD: Final = Table(
    "usage_record",
    "Each usage reading with its reporting day and its place against the period (D6).",
    (
        Column("row_id", T.COUNT, "Number of the record within the run.", nullable=False),
        Column("import_id", T.TEXT, "The import the record came with.", nullable=False),
        Column("entry_kind", T.TEXT, "consumption, refund or not_usage.", nullable=False),
        Column("row_type", T.TEXT, "The vendor's own type of the row, as written."),
        Column("request_id", T.TEXT, "Provider request id."),
        Column("attempt", T.TEXT, "Attempt number or marker, as written."),
        Column("task_id", T.TEXT, "Asynchronous task the row belongs to."),
        Column("payload_digest", T.TEXT, "Digest of the kept fields.", nullable=False),
        Column("occurred_at", T.INSTANT, "Request start (D5).", nullable=False),
        Column("usage_day", T.DAY, "Day of the request in the reporting zone.", nullable=False),
        Column("period_window", T.TEXT, "period, margin, carried or outside (D6).", nullable=False),
        Column("model_as_logged", T.TEXT, "Model name exactly as logged."),
        Column(
            "outcome",
            T.TEXT,
            "completed, failed, partial, timed_out, cancelled or unclassified.",
            nullable=False,
        ),
        Column("environment", T.TEXT, "production, staging, test, as logged."),
        Column("key_name", T.TEXT, "Name of the API key."),
        Column("customer", T.TEXT, "Customer label."),
        Column("workspace", T.TEXT, "Workspace label of the export."),
        Column("project", T.TEXT, "Project label."),
        Column("cost_center", T.TEXT, "Who bears the cost."),
        Column("charged_units", T.QUANTITY, "What the vendor took, in its own units."),
        Column(
            "charged_cost",
            T.COST,
            "What the vendor took, in money; refunds negative; null where unknown.",
        ),
        Column("charge_currency", T.TEXT, "Currency of the vendor's charge."),
    ),
)

METER_READING: Final = Table(
    "meter_reading",
    "What each usage row consumed, one disjoint meter a line (U4).",
    (
        Column("row_id", T.COUNT, "Number of the record within the run.", nullable=False),
        Column("meter", T.TEXT, "What is counted.", nullable=False),
        Column("quantity", T.QUANTITY, "Units counted; leaves are disjoint.", nullable=False),
    ),
)

ESTIMATED_METER: Final = Table(
    "estimated_meter",
    "Units of meters that were not recorded, as an estimate in force says (U5).",
    (
        Column("row_id", T.COUNT, "Number of the record within the run.", nullable=False),
        Column("meter", T.TEXT, "What is counted.", nullable=False),
        Column("estimate_id", T.TEXT, "The ruling; null for the rest of a whole."),
        Column(
            "is_rest",
            T.FLAG,
            "Whether it is what a recorded whole keeps once its estimated parts came off.",
            nullable=False,
        ),
        Column("quantity", T.QUANTITY, "Units that count.", nullable=False),
        Column("lowest_quantity", T.QUANTITY, "The least it may have been.", nullable=False),
        Column("highest_quantity", T.QUANTITY, "The most it may have been.", nullable=False),
    ),
)

USAGE_IDENTITY: Final = Table(
    "usage_identity",
    "Which rows are one record seen twice (D4).",
    (
        Column("row_id", T.COUNT, "A usage row with a request id.", nullable=False),
        Column("identity", T.TEXT, "single, repeat or conflict (D4).", nullable=False),
    ),
)

REFUND_LINK: Final = Table(
    "refund_link",
    "A refund and the consumption it returns.",
    (
        Column("refund_row_id", T.COUNT, "The refund.", nullable=False),
        Column(
            "consumption_row_id", T.COUNT, "The consumption it returns in full.", nullable=False
        ),
    ),
)

SETTLEMENT_LINK: Final = Table(
    "settlement_link",
    "A row that settles a call at another charge than the one first taken, and that call.",
    (
        Column("row_id", T.COUNT, "The row of the difference.", nullable=False),
        Column("call_row_id", T.COUNT, "The call, as it was charged first.", nullable=False),
    ),
)

LEDGER_RECORD: Final = Table(
    "ledger_record",
    "Each ledger entry with its reporting day and its place against the period (D6).",
    (
        Column("row_id", T.COUNT, "Number of the record within the run.", nullable=False),
        Column("import_id", T.TEXT, "The import the record came with.", nullable=False),
        Column("ledger_entry_id", T.TEXT, "The ledger's own line id."),
        Column("request_id", T.TEXT, "Provider request id."),
        Column("payload_digest", T.TEXT, "Digest of the kept fields.", nullable=False),
        Column("posted_at", T.INSTANT, "The time or day the entry is booked for.", nullable=False),
        Column("ledger_day", T.DAY, "Day of the entry in the reporting zone.", nullable=False),
        Column("period_window", T.TEXT, "period, margin, carried or outside (D6).", nullable=False),
        Column("model_as_recorded", T.TEXT, "Model name exactly as booked."),
        Column("environment", T.TEXT, "production, staging, test, as logged."),
        Column("customer", T.TEXT, "Customer label."),
        Column("workspace", T.TEXT, "Workspace label of the export."),
        Column("project", T.TEXT, "Project label."),
        Column("cost_center", T.TEXT, "Who bears the cost."),
        Column("recorded_cost", T.COST, "What the ledger says, credits negative.", nullable=False),
        Column("currency", T.TEXT, "Currency of the entry.", nullable=False),
    ),
)

LEDGER_QUANTITY: Final = Table(
    "ledger_quantity", "The quantities a ledger entry states.", METER_READING.columns
)

PRICE_IN_FORCE: Final = Table(
    "price_in_force",
    "Per model, stretches of time and the price set that holds in each (P7).",
    (
        Column("source_model_id", T.TEXT, "Exact id in the price source.", nullable=False),
        Column("effective_from", T.INSTANT, "The stretch begins here.", nullable=False),
        Column(
            "effective_until", T.INSTANT, "The stretch ends before this instant; null while open."
        ),
        Column(
            "rates_in_force", T.COUNT, "How many different prices hold at once.", nullable=False
        ),
        Column(
            "price_set_id",
            T.TEXT,
            "The price set; of several that agree, the first by name.",
            nullable=False,
        ),
        Column("currency", T.TEXT, "Currency of the prices.", nullable=False),
        Column("grade", T.TEXT, "Grade of the price, A to D (D21).", nullable=False),
        Column(
            "declared",
            T.FLAG,
            "Whether the price's start was declared rather than captured (D22).",
            nullable=False,
        ),
    ),
)

MODEL_RESOLUTION: Final = Table(
    "model_resolution",
    "The source model id behind each name, on both legs (M2).",
    (
        Column("leg", T.TEXT, "usage or ledger.", nullable=False),
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
    ),
)

UNIT_MISMATCH: Final = Table(
    "unit_mismatch",
    "Mapping rows approved for one unit, whose model is priced in other ones (D2).",
    (
        Column("alias_id", T.TEXT, "Row of the mapping.", nullable=False),
        Column("internal_model_alias", T.TEXT, "The name in our logs and books.", nullable=False),
        Column("source_model_id", T.TEXT, "Exact id in the price source.", nullable=False),
        Column("mapping_unit", T.TEXT, "The unit the approver saw.", nullable=False),
        Column("price_set_id", T.TEXT, "The price set that is quoted otherwise.", nullable=False),
        Column("first_price_unit", T.TEXT, "The first of its units by name.", nullable=False),
        Column("last_price_unit", T.TEXT, "The last of its units by name.", nullable=False),
    ),
)
