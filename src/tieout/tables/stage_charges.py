"""The tables of the vendor's charge once more: what counts and frozen ratios come to (K5)."""

from __future__ import annotations

from typing import Final

from tieout.tables.column import Column, ColumnType, Table

T = ColumnType

CHARGE_SUM: Final = Table(
    "charge_sum",
    "What counts and frozen ratios of a row add up to before anything is rounded (K5).",
    (
        Column("row_id", T.COUNT, "Number of the record within the run.", nullable=False),
        Column("frozen_id", T.TEXT, "The combination of ratios the row froze.", nullable=False),
        Column(
            "formula",
            T.TEXT,
            "tokens, audio, fixed, task, settlement, fee, return; none where none applies.",
            nullable=False,
        ),
        Column("reason", T.TEXT, "Why the sum cannot be said."),
        Column("tokens", T.TOTAL_QUANTITY, "Input and output tokens as logged."),
        Column("token_units", T.COST, "Units of the tokens; null where unknown."),
        Column("doubt_units", T.COST, "How far off they may be, where a rate was rounded."),
    ),
)

RECOMPUTED_CHARGE: Final = Table(
    "recomputed_charge",
    "Each usage row's charge once more, from what the row froze, beside the charge (K5).",
    (
        Column("row_id", T.COUNT, "Number of the record within the run.", nullable=False),
        Column("formula", T.TEXT, "The formula that applied.", nullable=False),
        Column("reason", T.TEXT, "Why the charge was not recomputed."),
        Column("charged_units", T.QUANTITY, "What the vendor took, in its own units."),
        Column("exact_units", T.COST, "The sum before it was rounded."),
        Column("recomputed_units", T.QUANTITY, "The charge once more, in whole units."),
        Column("least_units", T.QUANTITY, "The least that a known version would charge."),
        Column("most_units", T.QUANTITY, "The most that a known version would charge."),
        Column("recomputed_cost", T.COST, "The recomputed units in money."),
        Column(
            "agreement",
            T.TEXT,
            "equal, within_band, differs, not_recomputed, no_charge.",
            nullable=False,
        ),
    ),
)
