"""Every table a stage makes, declared: columns in the order of its statement, type, meaning, null rule."""

from __future__ import annotations

from typing import Final

from tieout.tables.column import Table
from tieout.tables.stage_matching import (
    LEDGER_MEMBER,
    MATCH_LINE,
    MATCH_MEMBER,
    OPEN_LINE,
    OPEN_ROW,
    USAGE_MEMBER,
)
from tieout.tables.stage_rating import (
    COST_DURING_CALL,
    EXCLUDED_ROW,
    EXPECTED_COST,
    MISSING_METER,
    PART_RANGE,
    PRICE_DURING_CALL,
    RATE_LINE,
    RATED_METER,
    UNPRICED_METER,
    USAGE_PRICE,
    USAGE_STATE,
)
from tieout.tables.stage_records import (
    LEDGER_QUANTITY,
    LEDGER_RECORD,
    METER_READING,
    MODEL_RESOLUTION,
    PRICE_IN_FORCE,
    REFUND_LINK,
    UNIT_MISMATCH,
    USAGE_IDENTITY,
    USAGE_RECORD,
)
from tieout.tables.stage_variance import (
    BUCKET_TOTAL,
    CAUSE_CANDIDATE,
    CAUSE_GROUP,
    FACTOR_THOUSAND,
    LEDGER_QUANTITY_PRICED,
    LINE_CAUSE,
    LINE_COUNTERFACTUAL,
    OTHER_PRICE,
    PRESENCE,
    RATIO,
    RECOMPUTED,
    ROW_COUNTERFACTUAL,
    SLICE,
    SWAPPED_TOKENS,
    UNVERIFIED_BILLING,
    VARIANCE_LINE,
)

# In the order of the pipeline.
STAGE_TABLES: Final[dict[str, Table]] = {
    table.name: table
    for table in (
        USAGE_RECORD,
        METER_READING,
        USAGE_IDENTITY,
        REFUND_LINK,
        LEDGER_RECORD,
        LEDGER_QUANTITY,
        PRICE_IN_FORCE,
        MODEL_RESOLUTION,
        UNIT_MISMATCH,
        RATE_LINE,
        USAGE_PRICE,
        MISSING_METER,
        UNPRICED_METER,
        EXCLUDED_ROW,
        USAGE_STATE,
        PART_RANGE,
        RATED_METER,
        PRICE_DURING_CALL,
        COST_DURING_CALL,
        EXPECTED_COST,
        USAGE_MEMBER,
        LEDGER_MEMBER,
        MATCH_MEMBER,
        MATCH_LINE,
        OPEN_LINE,
        OPEN_ROW,
        OTHER_PRICE,
        RATIO,
        SWAPPED_TOKENS,
        UNVERIFIED_BILLING,
        ROW_COUNTERFACTUAL,
        LINE_COUNTERFACTUAL,
        RECOMPUTED,
        FACTOR_THOUSAND,
        PRESENCE,
        LEDGER_QUANTITY_PRICED,
        CAUSE_CANDIDATE,
        LINE_CAUSE,
        VARIANCE_LINE,
        CAUSE_GROUP,
        BUCKET_TOTAL,
        SLICE,
    )
}
