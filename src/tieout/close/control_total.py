"""Control totals: what came into a stage against what stands in the table it made.

Each is two figures from two queries that share no text: counts and sums that our own statement has
to keep (L2). Tables that keep no figure of their inputs, such as the causes found, have none here;
they are made a second time instead (:meth:`tieout.engine.port.Engine.repeats`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tieout.meters import INPUT_PARTS, METER_NAMES, OUTPUT_PARTS


@dataclass(frozen=True, slots=True)
class ControlTotal:
    """Two figures that must be equal, each from its own query.

    Attributes:
        name: what is counted or summed.
        left: query of one value: what came in.
        right: query of one value over the table the stage made.
    """

    name: str
    left: str
    right: str


def same_rows(table: str, of: str) -> ControlTotal:
    """The table has as many rows as another one (or another one under a condition)."""
    return ControlTotal(
        f"rows of {table}", f"SELECT count(*) FROM {of}", f"SELECT count(*) FROM {table}"
    )


def all_lines(table: str, of: str) -> ControlTotal:
    """Every line is counted in one row of the table; a row without money counts too."""
    return ControlTotal(
        f"lines of {table}",
        f"SELECT count(*) FROM {of}",
        f"SELECT coalesce(sum(lines), 0) FROM {table}",
    )


def same_sum(column: str, table: str, of: str, of_column: str | None = None) -> ControlTotal:
    """A column adds up to what a column of another table adds up to."""
    return ControlTotal(
        f"{column} of {table}",
        f"SELECT coalesce(sum({of_column or column}), 0) FROM {of}",
        f"SELECT coalesce(sum({column}), 0) FROM {table}",
    )


# The lines that make cause groups; beside them, what was charged above its price.
_REVIEWED: Final = "line_state IN ('open', 'cancels')"


# What settles a call consumes nothing itself.
_CONSUMING: Final = "usage_reading WHERE row_id NOT IN (SELECT row_id FROM settlement_link)"


def _stated(table: str) -> str:
    """How many quantities a reading table states, over all meters."""
    return f"SELECT {' + '.join(f'count({meter})' for meter in METER_NAMES)} FROM {table}"


def _units() -> str:
    """All units of the usage readings: a whole that includes its parts counts once (U4)."""
    parts = {"input": INPUT_PARTS, "output": OUTPUT_PARTS}
    own = [m for m in METER_NAMES if m not in INPUT_PARTS and m not in OUTPUT_PARTS]
    whole = " + ".join(f"coalesce({meter}, 0)" for meter in own)
    beside = "".join(
        # Parts of a whole that is not stated stand alone, whatever the convention.
        f" + CASE WHEN {side}_includes_parts AND {side}_tokens IS NOT NULL THEN 0 ELSE "
        + " + ".join(f"coalesce({meter}, 0)" for meter in meters)
        + " END"
        for side, meters in parts.items()
    )
    return f"SELECT coalesce(sum({whole}{beside}), 0) FROM {_CONSUMING}"


_ESTIMATED: Final = "estimated_meter WHERE NOT is_rest"


def _estimated_units() -> str:
    """Estimated units beside those that are stated: a part of a stated whole adds none."""
    parts = {"input": INPUT_PARTS, "output": OUTPUT_PARTS}
    within = " ".join(
        f"WHEN e.meter IN ({', '.join(repr(m) for m in meters)}) AND u.{side}_includes_parts"
        f" AND u.{side}_tokens IS NOT NULL THEN 0"
        for side, meters in parts.items()
    )
    return (
        f"SELECT coalesce(sum(CASE {within} ELSE e.quantity END), 0) FROM estimated_meter AS e"
        " JOIN usage_reading AS u ON u.row_id = e.row_id WHERE NOT e.is_rest"
    )


_IN_PERIOD: Final = "WHERE period_window = 'period'"
_NEAR: Final = "period_window <> 'outside'"
_RATED: Final = f"usage_state WHERE rating_state = 'rated' AND {_NEAR}"
_TAKES_PART: Final = (
    f"usage_state WHERE {_NEAR} AND rating_state NOT IN ('quarantined', 'excluded')"
)
_PARTS: Final = (
    "rate_part + quantity_part + mapping_part + timing_part + rounding_part + unknown_part"
    " + basis_part"
)

CONTROL_TOTALS: Final[dict[str, tuple[ControlTotal, ...]]] = {
    "credit_movement": (
        ControlTotal(
            "stated units of credit_movement",
            "SELECT coalesce(sum(units), 0) FROM stated_movement",
            "SELECT coalesce(sum(units), 0) FROM credit_movement WHERE list_id IS NOT NULL",
        ),
        ControlTotal(
            "charged units of credit_movement",
            "SELECT coalesce(sum(CASE WHEN r.entry_kind = 'refund' THEN r.charged_units"
            " ELSE -r.charged_units END), 0) FROM usage_reading AS r LEFT JOIN usage_identity AS i"
            " ON i.row_id = r.row_id WHERE r.entry_kind IN ('consumption', 'refund')"
            " AND coalesce(i.identity, 'single') <> 'repeat'",
            "SELECT coalesce(sum(charged_units), 0) FROM credit_movement WHERE row_id IS NOT NULL",
        ),
    ),
    "balance_proof": (
        ControlTotal(
            "movements of balance_proof",
            "SELECT coalesce(sum(units), 0) FROM credit_movement WHERE movement_window = 'period'",
            "SELECT sum(moved_units) FROM balance_proof",
        ),
        ControlTotal(
            "rows of balance_proof",
            "SELECT count(*) FROM balance_terms",
            "SELECT count(*) FROM balance_proof",
        ),
        # Opening, movements and what is unexplained come to closing, where both were read.
        ControlTotal(
            "closing of balance_proof",
            "SELECT coalesce(sum(opening_units + moved_units + unexplained_units), 0)"
            " FROM balance_proof",
            "SELECT coalesce(sum(CASE WHEN opening_units IS NOT NULL THEN closing_units END), 0)"
            " FROM balance_proof",
        ),
    ),
    "pool_use": (
        ControlTotal(
            "units of pool_use",
            "SELECT coalesce(-sum(units), 0) FROM credit_movement"
            " WHERE movement_window = 'period' AND list_id IS NULL",
            "SELECT coalesce(sum(units), 0) FROM pool_use",
        ),
    ),
    "movement_total": (
        ControlTotal(
            "units of movement_total",
            "SELECT coalesce(sum(units), 0) FROM credit_movement",
            "SELECT coalesce(sum(units), 0) FROM movement_total",
        ),
    ),
    "usage_record": (
        same_rows("usage_record", "usage_reading"),
        same_sum("charged_cost", "usage_record", "usage_reading"),
    ),
    "meter_reading": (
        ControlTotal(
            "quantities of meter_reading",
            f"SELECT ({_stated(_CONSUMING)}) + (SELECT count(*) FROM {_ESTIMATED})",
            "SELECT count(*) FROM meter_reading",
        ),
        ControlTotal(
            "units of meter_reading",
            f"SELECT ({_units()}) + ({_estimated_units()})",
            "SELECT coalesce(sum(quantity), 0) FROM meter_reading",
        ),
    ),
    "usage_identity": (same_rows("usage_identity", "usage_record WHERE request_id IS NOT NULL"),),
    "ledger_record": (
        same_rows("ledger_record", "ledger_reading"),
        same_sum("recorded_cost", "ledger_record", "ledger_reading"),
    ),
    "ledger_quantity": (
        ControlTotal(
            "quantities of ledger_quantity",
            _stated("ledger_reading"),
            "SELECT count(*) FROM ledger_quantity",
        ),
    ),
    "model_resolution": (
        ControlTotal(
            "names of model_resolution",
            "SELECT (SELECT count(*) FROM usage_record) + (SELECT count(*) FROM ledger_record)",
            "SELECT count(*) FROM model_resolution",
        ),
    ),
    "usage_price": (same_rows("usage_price", "usage_record"),),
    "usage_state": (same_rows("usage_state", "usage_record"),),
    "rated_meter": (
        ControlTotal(
            "rows of rated_meter",
            "SELECT count(*) FROM usage_price AS p JOIN meter_reading AS q ON q.row_id = p.row_id"
            " JOIN rate_line AS r ON r.price_set_id = p.price_set_id AND r.meter = q.meter"
            " WHERE p.row_id IN (SELECT u.row_id FROM usage_record AS u"
            " WHERE u.entry_kind <> 'refund')"
            f" AND p.row_id IN (SELECT row_id FROM {_RATED})",
            "SELECT count(*) FROM rated_meter WHERE meter <> 'settlement'",
        ),
        ControlTotal(
            "settlements of rated_meter",
            f"SELECT count(*) FROM settlement_link WHERE row_id IN (SELECT row_id FROM {_RATED})",
            "SELECT count(*) FROM rated_meter WHERE meter = 'settlement'",
        ),
        ControlTotal(
            "charges of the settlements of rated_meter",
            "SELECT coalesce(sum(charged_cost), 0) FROM usage_record WHERE row_id IN"
            " (SELECT row_id FROM settlement_link) AND row_id IN"
            f" (SELECT row_id FROM {_RATED})",
            "SELECT coalesce(sum(full_cost), 0) FROM rated_meter WHERE meter = 'settlement'",
        ),
        ControlTotal(
            "cost of rated_meter",
            "SELECT coalesce(sum(CAST(quantity * unit_rate AS DECIMAL(38,21))), 0)"
            " FROM rated_meter",
            "SELECT coalesce(sum(full_cost), 0) FROM rated_meter",
        ),
    ),
    "cost_during_call": (
        same_rows(
            "cost_during_call",
            "(SELECT row_id, price_set_id FROM price_in_doubt"
            " UNION SELECT row_id, price_set_id FROM price_during_call) AS possible",
        ),
        ControlTotal(
            "bounded costs of cost_during_call",
            "SELECT coalesce(sum(CAST(coalesce(e.lowest_quantity, q.quantity)"
            " * coalesce(g.lowest_rate, r.unit_rate) + coalesce(e.highest_quantity, q.quantity)"
            " * coalesce(g.highest_rate, r.unit_rate) AS DECIMAL(38,21))), 0)"
            " FROM cost_during_call AS c JOIN meter_reading AS q ON q.row_id = c.row_id"
            " JOIN usage_reading AS u ON u.row_id = c.row_id"
            " JOIN rate_line AS r ON r.price_set_id = c.price_set_id AND r.meter = q.meter"
            " LEFT JOIN part_range AS g ON g.price_set_id = c.price_set_id"
            " AND g.import_id = u.import_id AND g.meter = q.meter"
            " LEFT JOIN estimated_meter AS e ON e.row_id = q.row_id AND e.meter = q.meter"
            " WHERE c.highest_cost IS NOT NULL",
            "SELECT coalesce(sum(lowest_cost + highest_cost), 0) FROM cost_during_call"
            " WHERE highest_cost IS NOT NULL",
        ),
    ),
    "expected_cost": (
        same_rows("expected_cost", _RATED),
        same_sum("full_cost", "expected_cost", "rated_meter"),
        same_sum("list_cost", "expected_cost", "rated_meter"),
    ),
    "row_doubt": (
        same_rows("row_doubt", "expected_cost WHERE high_cost IS NULL OR high_cost <> low_cost"),
        ControlTotal(
            "range of row_doubt",
            "SELECT coalesce(sum(high_cost - low_cost), 0) FROM expected_cost",
            "SELECT coalesce(sum(below + above), 0) FROM row_doubt",
        ),
    ),
    "usage_member": (
        same_rows("usage_member", _TAKES_PART),
        same_sum("expected_cost", "usage_member", "expected_cost"),
    ),
    "ledger_member": (
        same_rows("ledger_member", f"ledger_record WHERE {_NEAR}"),
        same_sum("recorded_cost", "ledger_member", f"ledger_record WHERE {_NEAR}"),
    ),
    "match_member": (
        ControlTotal(
            "rows of match_member",
            "SELECT (SELECT count(*) FROM usage_member) + (SELECT count(*) FROM ledger_member)",
            "SELECT count(*) FROM match_member",
        ),
    ),
    "match_line": (
        # A line that lies wholly in a margin has no rows and no money of the period.
        ControlTotal(
            "margin rows of match_line",
            "SELECT count(*) FROM match_member WHERE period_window <> 'period'",
            "SELECT coalesce(sum(margin_usage_rows + margin_ledger_rows), 0) FROM match_line",
        ),
        ControlTotal(
            "usage rows of match_line",
            f"SELECT count(*) FROM usage_member {_IN_PERIOD}",
            "SELECT coalesce(sum(usage_rows), 0) FROM match_line",
        ),
        ControlTotal(
            "ledger rows of match_line",
            f"SELECT count(*) FROM ledger_record {_IN_PERIOD}",
            "SELECT coalesce(sum(ledger_rows), 0) FROM match_line",
        ),
        same_sum("expected_cost", "match_line", f"usage_member {_IN_PERIOD}"),
        same_sum("charged_cost", "match_line", f"usage_member {_IN_PERIOD}"),
        same_sum("basis_cost", "match_line", f"usage_member {_IN_PERIOD}"),
        same_sum("recorded_cost", "match_line", f"ledger_record {_IN_PERIOD}"),
    ),
    "variance_line": (
        same_rows("variance_line", "match_line WHERE in_period"),
        same_sum("variance", "variance_line", "match_line", "recorded_cost - expected_cost"),
        ControlTotal(
            "lines of variance_line whose parts miss their variance",
            "SELECT 0",
            f"SELECT count(*) FROM variance_line WHERE variance <> {_PARTS}",
        ),
        ControlTotal(
            "basis of variance_line",
            "SELECT coalesce(sum(basis_cost - expected_cost), 0) FROM match_line"
            " WHERE in_period AND one_currency AND rows_not_rated = 0",
            "SELECT coalesce(sum(basis_part), 0) FROM variance_line",
        ),
        ControlTotal(
            "booking and billing of variance_line",
            "SELECT coalesce(sum(variance), 0) FROM variance_line WHERE charged_cost IS NOT NULL",
            "SELECT coalesce(sum(booking_variance + billing_variance), 0) FROM variance_line",
        ),
    ),
    "cause_group": (
        ControlTotal(
            "lines of cause_group",
            f"SELECT count(CASE WHEN {_REVIEWED} THEN 1 END)"
            " + count(CASE WHEN overcharge > 0 THEN 1 END) FROM variance_line",
            "SELECT coalesce(sum(lines), 0) FROM cause_group",
        ),
        ControlTotal(
            "net of cause_group",
            "SELECT coalesce(sum(CASE WHEN line_state = 'open' THEN recorded_cost - basis_cost"
            " WHEN line_state = 'cancels' THEN charged_cost - expected_cost"
            " ELSE 0 END + overcharge), 0) FROM variance_line",
            "SELECT coalesce(sum(net), 0) FROM cause_group",
        ),
    ),
    "group_digest": (
        ControlTotal(
            "lines of group_digest",
            f"SELECT count(CASE WHEN {_REVIEWED} THEN 1 END)"
            " + count(CASE WHEN overcharge > 0 THEN 1 END) FROM variance_line",
            "SELECT coalesce(sum(lines), 0) FROM group_digest",
        ),
        same_rows("group_digest", "cause_group"),
    ),
    "searched_model": (
        all_lines("searched_model", "unclosed_line WHERE source_model_id IS NOT NULL"),
    ),
    "bucket_total": (
        all_lines("bucket_total", "variance_line WHERE line_state <> 'ties_out'"),
        same_sum("net", "bucket_total", "variance_line", "variance"),
    ),
    "slice": (
        all_lines("slice", "variance_line"),
        same_sum("recorded_cost", "slice", "variance_line"),
        same_sum("expected_cost", "slice", "variance_line"),
    ),
}
