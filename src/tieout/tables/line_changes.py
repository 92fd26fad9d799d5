"""What a corrected rerun changed: two published variance tables side by side (K1)."""

from __future__ import annotations

from typing import Final

from tieout.tables.column import Column, ColumnType, Table

T = ColumnType

_SIDES: Final = tuple(
    Column(f"{side}_{name}", T.COST, f"{meaning} of the {side} run; null where it has no such line.")
    for name, meaning in (
        ("expected_cost", "Expected cost"),
        ("charged_cost", "Charged cost"),
        ("recorded_cost", "Recorded cost"),
        ("variance", "Variance"),
    )
    for side in ("old", "new")
)  # fmt: skip

LINE_CHANGE: Final = Table(
    "line_change",
    "Lines whose amounts, cause or state differ between two runs of one period (K1).",
    (
        Column("line_key", T.TEXT, "The line: an id or a group of fields.", nullable=False),
        Column("change", T.TEXT, "new, gone or changed.", nullable=False),
        Column("day", T.DAY, "Day in the reporting zone.", nullable=False),
        Column("source_model_id", T.TEXT, "Exact id in the price source; null where unmapped."),
        Column("cost_center", T.TEXT, "Who bears the cost."),
        Column("project", T.TEXT, "Project label."),
        Column("currency", T.TEXT, "Currency of the amounts; null where nothing says."),
        Column("old_state", T.TEXT, "State of the line in the old run."),
        Column("new_state", T.TEXT, "State of the line in the new run."),
        Column("old_cause", T.TEXT, "Cause in the old run."),
        Column("new_cause", T.TEXT, "Cause in the new run."),
        *_SIDES,
    ),
)

LINE_CHANGE_TOTAL: Final = Table(
    "line_change_total",
    "Changed lines by cause before and after, with their money (K1).",
    (
        Column("old_cause", T.TEXT, "Cause in the old run; null for new lines."),
        Column("new_cause", T.TEXT, "Cause in the new run; null for lines that are gone."),
        Column("currency", T.TEXT, "Currency of the amounts; null where nothing says."),
        Column("lines", T.COUNT, "Lines.", nullable=False),
        Column("expected_change", T.COST, "New less old expected cost.", nullable=False),
        Column("recorded_change", T.COST, "New less old recorded cost.", nullable=False),
        Column("variance_change", T.COST, "New less old variance.", nullable=False),
        Column("gross_change", T.COST, "Sum of the sizes of the changes.", nullable=False),
    ),
)
