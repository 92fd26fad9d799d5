"""What the contract register says to the calculation, as of the run (C3, U2)."""

from __future__ import annotations

from typing import Final

from tieout.tables.column import Column, ColumnType, Table

T = ColumnType

PRICE_VENDOR: Final = Table(
    "price_vendor",
    "Whose contract each price set stands under; price sets of nobody's contract are left out.",
    (
        Column("price_set_id", T.TEXT, "The price set.", nullable=False),
        Column("vendor", T.TEXT, "Whose contract it is.", nullable=False),
        Column("own_catalog", T.FLAG, "Whether the price stands in that vendor's own catalog.", nullable=False),
    ),
)

USAGE_VENDOR: Final = Table(
    "usage_vendor",
    "Whose log each import is; imports of nobody's log are left out.",
    (
        Column("import_id", T.TEXT, "The import.", nullable=False),
        Column("vendor", T.TEXT, "Whose log it is.", nullable=False),
    ),
)

BILLING_RULE: Final = Table(
    "billing_rule",
    "Verified rules of billing: whether calls of a kind are billed, from when until when.",
    (
        Column("vendor", T.TEXT, "Whose rule it is.", nullable=False),
        Column("call_kind", T.TEXT, "failed, retried, partial, timed_out, cancelled, refunded or settled.", nullable=False),
        Column("billable", T.FLAG, "Whether such calls are billed.", nullable=False),
        Column("holds_from", T.INSTANT, "From this instant on; null where it always held."),
        Column("holds_until", T.INSTANT, "Before this instant; null while no later rule follows."),
    ),
)

CONTRADICTED_TERM: Final = Table(
    "contradicted_term",
    "Figure classes that lean on a contradicted contract item and may not be used.",
    (
        Column("vendor", T.TEXT, "Whose contract it is.", nullable=False),
        Column("term", T.TEXT, "The figure class.", nullable=False),
    ),
)
