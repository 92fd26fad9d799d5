"""Every table and column, declared once: type, null rule, meaning, FOCUS name."""

from tieout.tables.column import Column, ColumnType, Table
from tieout.tables.interchange import (
    ALIAS,
    CHECK_SET,
    EXCLUSION,
    LEDGER_READING,
    PRICE_LINE,
    PRICE_SET,
    QUARANTINE,
    RECORDED_METER,
    RESOLVED_PAIR,
    USAGE_READING,
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

__all__ = [
    "ALIAS",
    "CAUSE_TERMS",
    "CHARGE_TERMS",
    "CHECK_SET",
    "EXCLUSION",
    "LEDGER_READING",
    "LEDGER_TERMS",
    "MATCH_TERMS",
    "METER",
    "PERIOD_BOUNDS",
    "POLICY_TERMS",
    "PRICE_LINE",
    "PRICE_SET",
    "QUARANTINE",
    "RECORDED_METER",
    "RESOLVED_PAIR",
    "USAGE_READING",
    "USAGE_WAITING",
    "ZONE_OFFSET",
    "Column",
    "ColumnType",
    "Table",
]
