"""Every table and column, declared once: type, null rule, meaning, FOCUS name."""

from tieout.tables.carried import CARRIED_ITEM, UNMATCHED_ITEM
from tieout.tables.column import Column, ColumnType, Table
from tieout.tables.contract_terms import (
    BILLING_RULE,
    CONTRADICTED_TERM,
    PRICE_VENDOR,
    USAGE_VENDOR,
)
from tieout.tables.credits import BALANCE_TERMS, STATED_MOVEMENT
from tieout.tables.interchange import (
    ALIAS,
    CHARGE_READING,
    CHECK_SET,
    EXCLUSION,
    FROZEN_CHARGE,
    LEDGER_READING,
    METER_ESTIMATE,
    PRICE_LINE,
    PRICE_SET,
    QUARANTINE,
    RECORDED_METER,
    RESOLVED_PAIR,
    USAGE_READING,
    WAITING_PRICE,
    ZONE_OFFSET,
)
from tieout.tables.terms import (
    CAUSE_TERMS,
    CHARGE_TERMS,
    LEDGER_TERMS,
    MATCH_TERMS,
    METER,
    PERIOD_BOUNDS,
    POLICY_TERMS,
    USAGE_WAITING,
)
from tieout.tables.vendor_counts import COUNT_SPAN, USAGE_FEED, VENDOR_COUNT

__all__ = [
    "ALIAS",
    "BALANCE_TERMS",
    "BILLING_RULE",
    "CARRIED_ITEM",
    "CAUSE_TERMS",
    "CHARGE_READING",
    "CHARGE_TERMS",
    "CHECK_SET",
    "CONTRADICTED_TERM",
    "COUNT_SPAN",
    "EXCLUSION",
    "FROZEN_CHARGE",
    "LEDGER_READING",
    "LEDGER_TERMS",
    "MATCH_TERMS",
    "METER",
    "METER_ESTIMATE",
    "PERIOD_BOUNDS",
    "POLICY_TERMS",
    "PRICE_LINE",
    "PRICE_SET",
    "PRICE_VENDOR",
    "QUARANTINE",
    "RECORDED_METER",
    "RESOLVED_PAIR",
    "STATED_MOVEMENT",
    "UNMATCHED_ITEM",
    "USAGE_FEED",
    "USAGE_READING",
    "USAGE_VENDOR",
    "USAGE_WAITING",
    "VENDOR_COUNT",
    "WAITING_PRICE",
    "ZONE_OFFSET",
    "Column",
    "ColumnType",
    "Table",
]
