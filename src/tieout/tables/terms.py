"""One-row and small tables that carry the declared terms of a run into the SQL."""

from __future__ import annotations

from typing import Final

from tieout.tables.column import Column, ColumnType, Table

T = ColumnType

PERIOD_BOUNDS: Final = Table(
    "period_bounds",
    "The period and its margins, half-open, in UTC (D6).",
    (
        Column("period_start", T.INSTANT, "First instant of the period.", nullable=False),
        Column("period_end", T.INSTANT, "First instant after the period.", nullable=False),
        Column("margin_start", T.INSTANT, "First instant of the margin before.", nullable=False),
        Column("margin_end", T.INSTANT, "First instant after the margin behind.", nullable=False),
    ),
)

MATCH_TERMS: Final = Table(
    "match_terms",
    "Which fields make the group key (V1, D14).",
    tuple(
        Column(f"by_{field}", T.FLAG, f"Whether {field} is part of the key.", nullable=False)
        for field in (
            "day", "source_model_id", "cost_center", "project", "customer", "environment",
            "currency",
        )
    ),
)  # fmt: skip

LEDGER_TERMS: Final = Table(
    "ledger_terms",
    "What the ledger declares about its amounts (D9, D11, K4).",
    (
        Column("basis", T.TEXT, "What the ledger means by cost: list, net, charged or cash-effective.", nullable=False),
        Column("half_step", T.COST, "Half of the declared recorded step; 0 means exact.", nullable=False),
        Column("rounding_level", T.TEXT, "none, request, line, day, model or period.", nullable=False),
        Column("rounding_step", T.COST, "What rounded amounts are multiples of; 1 where nothing is rounded.", nullable=False),
        Column("rounding_mode", T.TEXT, "half_away, half_even, down, up, floor or ceiling.", nullable=False),
        Column("rounding_bound", T.COST, "The most that one rounding changes (D12).", nullable=False),
    ),
)

CHARGE_TERMS: Final = Table(
    "charge_terms",
    "Whether the usage leg carries the vendor's charge at all, and in which steps.",
    (
        Column("charges_known", T.FLAG, "Some usage row has a charge.", nullable=False),
        Column("unit_value", T.UNIT_RATE, "What one of the vendor's units is worth; the most of any log, 0 where charges are money.", nullable=False),
        Column("one_unit_value", T.FLAG, "Every log that counts units says that value.", nullable=False),
    ),
)

USAGE_WAITING: Final = Table(
    "usage_waiting",
    "How much of the usage leg nobody has read (L7).",
    (
        Column(
            "records_waiting", T.COUNT, "Records in quarantine since they could not be framed or read.",
            nullable=False,
        ),
    ),
)  # fmt: skip

METER: Final = Table(
    "meter",
    "The closed list of meters (U4).",
    (
        Column("meter", T.TEXT, "Name.", nullable=False),
        Column("unit", T.TEXT, "Consumed unit.", nullable=False, focus="ConsumedUnit"),
        Column("part_of", T.TEXT, "The meter that includes it where a format does not split it."),
    ),
)

CAUSE_TERMS: Final = Table(
    "cause_terms",
    "The closed list of causes with bucket, part, proof and precedence (D15).",
    (
        Column("cause", T.TEXT, "Name.", nullable=False),
        Column("precedence", T.COUNT, "Order in which causes are tried.", nullable=False),
        Column("bucket", T.TEXT, "Variance bucket.", nullable=False),
        Column("part", T.TEXT, "Part of the variance it makes.", nullable=False),
        Column("proof", T.TEXT, "proved, suspected or none.", nullable=False),
    ),
)

POLICY_TERMS: Final = Table(
    "policy_terms",
    "The thresholds of the local policy that statements use (V4).",
    (
        Column("absurd_factor", T.COUNT, "Recorded beyond this many times expected is absurd.", nullable=False),
        Column("absurd_row_factor", T.COUNT, "A row expected to cost beyond this many times the others of its model is absurd; 0: never.", nullable=False),
        Column("absurd_row_least_rows", T.COUNT, "How many rows a model has at least before one is held against the others.", nullable=False),
        Column("gap_least_days", T.COUNT, "On how many other days rows are found at least before an hour without one is silent, or a day of a model a step; 0: never.", nullable=False),
        Column("gap_step_factor", T.COUNT, "Rows beyond this many times those of every other day, either way, are a step.", nullable=False),
        Column("price_gap_range_hours", T.COUNT, "From how many hours between two captures of different prices on a charge between them is a range; 0: never.", nullable=False),
    ),
)
