"""What a vendor counts itself, as it is loaded to be held against our rows (U6)."""

from __future__ import annotations

from typing import Final

from tieout.tables.column import Column, ColumnType, Table

T = ColumnType

COUNT_SPAN: Final = Table(
    "count_span",
    "Every stretch of time that a vendor's count covers, whole, for one meter and one grain.",
    (
        Column("span_id", T.COUNT, "Number of the stretch within the run.", nullable=False),
        Column("count_id", T.TEXT, "The list, or log and the name of its feed.", nullable=False),
        Column("feed_name", T.TEXT, "The feed whose rows are counted.", nullable=False),
        Column("day", T.DAY, "The day, in the zone of the count.", nullable=False),
        Column("counted_from", T.INSTANT, "First instant of the stretch.", nullable=False),
        Column("counted_until", T.INSTANT, "First instant after it.", nullable=False),
        Column("meter", T.TEXT, "rows, charged_units, total_tokens or a meter.", nullable=False),
        Column("by_model", T.FLAG, "Whether each model is counted apart.", nullable=False),
        Column("by_key", T.FLAG, "Whether each key is counted apart.", nullable=False),
        Column("read_early", T.FLAG, "Whether the vendor may have known less when it was read.", nullable=False),
    ),
)  # fmt: skip

COUNT_HOUR: Final = Table(
    "count_hour",
    "The hours of such a stretch, so that a row finds the stretches it can lie in by its hour.",
    (
        Column("span_id", T.COUNT, "The stretch.", nullable=False),
        Column("utc_hour", T.TEXT, "An hour that it touches, like 2026-08-03 10, in UTC.", nullable=False),
    ),
)  # fmt: skip

VENDOR_COUNT: Final = Table(
    "vendor_count",
    "What a vendor counts in such a stretch, one line for each model and key that it names.",
    (
        Column("span_id", T.COUNT, "The stretch.", nullable=False),
        Column("model_as_logged", T.TEXT, "The model as the vendor names it; null for all together."),
        Column("key_name", T.TEXT, "The key; null for all together, and for calls without one."),
        Column("quantity", T.QUANTITY, "What the vendor counts.", nullable=False),
    ),
)  # fmt: skip

USAGE_FEED: Final = Table(
    "usage_feed",
    "The feed that each usage import was read through.",
    (
        Column("import_id", T.TEXT, "The import.", nullable=False),
        Column("feed_name", T.TEXT, "The feed.", nullable=False),
    ),
)
