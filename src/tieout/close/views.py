"""The views: summaries that report, artifacts and decision read, made by statements too.

They come after the stages, over tables whose control totals agreed, and keep totals of their own.
"""

from __future__ import annotations

from typing import Final

from tieout.close.claim_totals import CLAIM_TOTALS
from tieout.close.control_total import ControlTotal, all_lines, same_rows, same_sum
from tieout.close.pipeline import Stage


def _foots(
    table: str, column: str, of: str = "variance_line", of_column: str | None = None
) -> ControlTotal:
    return ControlTotal(
        f"{column} of {table}",
        f"SELECT coalesce(sum({of_column or column}), 0) FROM {of}",
        f"SELECT coalesce(sum({column}), 0) FROM {table}",
    )


_MONEY: Final = ("variance", "recorded_cost", "expected_cost")
_TOTALS: Final = (
    *(
        Stage(
            f"review/{name}",
            (all_lines(name, "variance_line"), *(_foots(name, column) for column in _MONEY)),
        )
        for name in ("day_total", "model_total", "cost_center_total", "project_total")
    ),
    Stage(
        "review/currency_total",
        (
            same_rows("currency_total", "(SELECT DISTINCT currency FROM variance_line) AS c"),
            *(_foots("currency_total", column) for column in _MONEY),
        ),
    ),
)

_BILLING_STEPS: Final = ("ratio", "arithmetic", "other_billing")

# Each half adds up over models and over cost centers to what it is over all lines.
_HALVES: Final[tuple[ControlTotal, ...]] = (
    ControlTotal(
        "rows of half_total",
        "SELECT (SELECT count(*) FROM (SELECT DISTINCT currency FROM variance_line) AS c)"
        " + (SELECT count(*)"
        " FROM (SELECT DISTINCT source_model_id, currency FROM variance_line) AS m)"
        " + (SELECT count(*) FROM (SELECT DISTINCT cost_center, currency FROM variance_line) AS k)",
        "SELECT count(*) FROM half_total",
    ),
    *(
        ControlTotal(
            f"{name} of half_total by {scope}",
            f"SELECT coalesce(sum({of}), 0) FROM variance_line",
            f"SELECT coalesce(sum({columns}), 0) FROM half_total WHERE scope = '{scope}'",
        )
        for scope in ("currency", "model", "cost_center")
        for name, of, columns in (
            ("booking", "booking_variance", "booking_plus + booking_minus"),
            ("billing", "billing_variance", "billing_plus + billing_minus"),
            ("variance", "variance", "recorded_cost - expected_cost + unsplit_variance"),
            (
                "steps of billing",
                "billing_variance",
                " + ".join(f"{step}_plus + {step}_minus" for step in _BILLING_STEPS),
            ),
        )
    ),
)

_ONE_SIDED: Final = (
    "variance_line WHERE line_state = 'open' AND usage_rows * ledger_rows = 0"
    " AND bucket <> 'rounding' AND (bucket <> 'timing' OR proof = 'suspected')"
)

# Every item that came in, and every one-sided line of the run, is in one state and keeps its money.
_ITEM_TOTALS: Final[tuple[ControlTotal, ...]] = (
    same_rows("unmatched_item WHERE origin = 'run'", _ONE_SIDED),
    same_sum(
        "amount",
        "unmatched_item WHERE origin = 'run'",
        _ONE_SIDED,
        "recorded_cost - basis_cost",
    ),
    same_rows("unmatched_item WHERE origin = 'carried'", "carried_item WHERE NOT own_period"),
    same_sum(
        "amount",
        "unmatched_item WHERE origin = 'carried'",
        "carried_item WHERE NOT own_period",
    ),
    ControlTotal(
        "rows of unmatched_item without an origin",
        "SELECT 0",
        "SELECT count(*) FROM unmatched_item"
        " WHERE coalesce(origin, '') NOT IN ('run', 'before', 'carried')",
    ),
    ControlTotal(
        "items of earlier runs of the period in unmatched_item",
        "SELECT count(*) FROM carried_item WHERE own_period",
        "SELECT (SELECT count(*) FROM unmatched_item WHERE origin = 'before')"
        " + (SELECT count(*) FROM unmatched_item WHERE origin = 'run' AND first_run IS NOT NULL)",
    ),
)

# Of two causes on one line each effect counts by itself, also where both are of one part.
_PARTS: Final = ("basis", "rate", "quantity", "mapping", "timing", "rounding", "unknown")
_GROSS: Final = (
    f"CASE WHEN second_cause IS NULL THEN {' + '.join(f'abs({part}_part)' for part in _PARTS)}"
    " ELSE abs(basis_part) + abs(variance - basis_part - second_effect) + abs(second_effect) END"
)
# The effects of each scope are the variance, and nothing of either sign is lost in a net.
_EFFECTS: Final[tuple[ControlTotal, ...]] = (
    *(
        ControlTotal(
            f"{name} of effect_total by {scope}",
            f"SELECT coalesce(sum({of}), 0) FROM variance_line",
            f"SELECT coalesce(sum({column}), 0) FROM effect_total WHERE scope = '{scope}'",
        )
        for scope in ("currency", "day", "model", "cost_center", "project")
        for name, of, column in (
            ("net", "variance", "plus_cost + minus_cost"),
            ("gross", _GROSS, "plus_cost - minus_cost"),
        )
    ),
    ControlTotal(
        "rows of effect_total in no scope",
        "SELECT 0",
        "SELECT count(*) FROM effect_total"
        " WHERE scope NOT IN ('currency', 'day', 'model', 'cost_center', 'project')",
    ),
)

_LOGGED: Final = "coalesce(CASE WHEN r.time_basis = 'duration' THEN r.ended_at END, r.occurred_at)"

# Every line of a vendor's count and every row of ours in a stretch it counts stands in one cell.
_BESIDE: Final[tuple[ControlTotal, ...]] = (
    ControlTotal(
        "lines and rows of count_beside",
        "SELECT (SELECT count(*) FROM vendor_count)"
        " + (SELECT count(*) FROM count_span AS s"
        " JOIN count_hour AS h ON h.span_id = s.span_id"
        " JOIN usage_feed AS f ON f.feed_name = s.feed_name"
        " JOIN usage_reading AS r ON r.import_id = f.import_id"
        f" AND substr(CAST({_LOGGED} AS STRING), 1, 13) = h.utc_hour"
        f" AND {_LOGGED} >= s.counted_from AND {_LOGGED} < s.counted_until)",
        "SELECT coalesce(sum(vendor_lines + our_rows + repeated_rows + refund_rows + other_rows),"
        " 0) FROM count_beside",
    ),
    same_sum("vendor_quantity", "count_beside", "vendor_count", "quantity"),
)

# Where hours are looked at, every call stands in its hour once, and once more where it names a key.
_HOURS: Final[tuple[ControlTotal, ...]] = (
    ControlTotal(
        "calls of usage_hour",
        "SELECT count(u.row_id) + count(u.key_name) FROM usage_record AS u"
        " CROSS JOIN policy_terms AS t WHERE t.gap_least_days > 0"
        " AND u.period_window = 'period' AND u.entry_kind = 'consumption'",
        "SELECT coalesce(sum(usage_rows), 0) FROM usage_hour",
    ),
)

# The doubts add up to the range of expected, and every row without a single cost is in one.
_DOUBTS: Final[tuple[ControlTotal, ...]] = (
    ControlTotal(
        "rows of doubt_total",
        "SELECT (SELECT count(*) FROM usage_member WHERE period_window = 'period'"
        " AND rating_state = 'rated' AND (high_cost IS NULL OR high_cost > low_cost"
        " OR high_cost < low_cost))"
        " + (SELECT count(*) FROM usage_state WHERE period_window = 'period'"
        " AND rating_state IN ('unmapped', 'not_reconcilable', 'unrated'))",
        "SELECT coalesce(sum(usage_rows), 0) FROM doubt_total",
    ),
    ControlTotal(
        "below of doubt_total",
        "SELECT coalesce(sum(expected_cost - low_cost), 0) FROM usage_member"
        " WHERE period_window = 'period' AND rating_state = 'rated'",
        "SELECT coalesce(sum(below), 0) FROM doubt_total",
    ),
    ControlTotal(
        "above of doubt_total",
        "SELECT coalesce(sum(high_cost - expected_cost), 0) FROM usage_member"
        " WHERE period_window = 'period' AND rating_state = 'rated' AND high_cost IS NOT NULL",
        "SELECT coalesce(sum(bounded_above), 0) FROM doubt_total",
    ),
)

# Every call older than all prices of its model is in here once.
_LATER: Final[tuple[ControlTotal, ...]] = (
    ControlTotal(
        "calls of learned_later",
        "SELECT count(*) FROM usage_state AS s JOIN usage_record AS u ON u.row_id = s.row_id"
        " AND u.period_window = 'period' JOIN usage_price AS p ON p.row_id = s.row_id"
        " JOIN (SELECT DISTINCT source_model_id FROM price_set) AS n"
        " ON n.source_model_id = p.source_model_id"
        " WHERE s.row_state = 'unrated' AND s.state_reason = 'PRICE_NOT_IN_FORCE'"
        " AND NOT EXISTS (SELECT 1 FROM price_set AS b WHERE b.source_model_id = p.source_model_id"
        " AND b.effective_from <= u.occurred_at)",
        "SELECT coalesce(sum(usage_rows), 0) FROM learned_later",
    ),
)

_RATED_NOW: Final = (
    "rated_meter AS q JOIN usage_state AS s ON s.row_id = q.row_id AND s.row_state = 'rated'"
)

VIEWS: Final[tuple[Stage, ...]] = (
    Stage(
        "review/coverage",
        (
            ControlTotal(
                "rows of coverage",
                "SELECT count(*) FROM usage_reading",
                "SELECT coalesce(sum(usage_rows), 0) FROM coverage",
            ),
        ),
    ),
    *_TOTALS,
    Stage("review/line_recomputed"),
    Stage("review/half_total", _HALVES),
    Stage("review/effect_total", _EFFECTS),
    Stage("review/doubt_total", _DOUBTS),
    Stage("review/learned_later", _LATER),
    Stage("review/not_comparable"),
    Stage("review/basis_total"),
    Stage("review/charge_agreement"),
    Stage(
        "review/charge_model",
        (
            _foots("charge_model", "usage_rows", "charge_agreement"),
            _foots("charge_model", "charged_cost", "charge_agreement"),
            _foots("charge_model", "recomputed_cost", "charge_agreement"),
        ),
    ),
    Stage("review/charge_difference"),
    Stage(
        "credits/charged_row",
        (
            same_sum(
                "charged_cost",
                "charged_row",
                "usage_record WHERE charged_cost > 0 AND period_window = 'period'"
                " AND entry_kind = 'consumption'",
            ),
        ),
    ),
    Stage("credits/claim_row", CLAIM_TOTALS),
    Stage(
        "credits/claim_total",
        (
            ControlTotal(
                "rows of claim_total",
                "SELECT count(*) FROM claim_row",
                "SELECT coalesce(sum(usage_rows), 0) FROM claim_total",
            ),
            same_sum("amount", "claim_total", "claim_row"),
        ),
    ),
    Stage("review/completeness_day"),
    Stage("review/completeness_model"),
    Stage("review/count_beside", _BESIDE),
    Stage("review/count_cell", (same_rows("count_cell", "count_beside"),)),
    Stage(
        "review/count_day",
        (
            _foots("count_day", "cells", "count_cell", "1"),
            *(
                same_sum(column, "count_day", "count_cell")
                for column in ("our_quantity", "vendor_quantity")
            ),
        ),
    ),
    Stage(
        "review/rate_used",
        (
            ControlTotal(
                "expected cost of rate_used",
                "SELECT coalesce(sum(expected_cost), 0) FROM match_line",
                "SELECT coalesce(sum(expected_cost), 0) FROM rate_used",
            ),
            ControlTotal(
                "rows of rate_used",
                "SELECT count(*) FROM (SELECT DISTINCT q.price_set_id, q.meter"
                f" FROM {_RATED_NOW}) AS u",
                "SELECT count(*) FROM rate_used",
            ),
            ControlTotal(
                "rows of usage of rate_used",
                f"SELECT count(*) FROM {_RATED_NOW}",
                "SELECT coalesce(sum(usage_rows), 0) FROM rate_used",
            ),
        ),
    ),
    Stage("review/contract_lean"),
    Stage("review/rounding_fit"),
    Stage("review/largest_line"),
    Stage(
        "review/line_explanation",
        (
            same_rows(
                "line_explanation WHERE is_filed",
                "largest_line AS g JOIN variance_line AS v ON v.line_key = g.line_key"
                " WHERE v.line_state = 'open' AND v.cause <> 'unknown'",
            ),
        ),
    ),
    Stage("review/group_explanation"),
    Stage("review/group_assumption"),
    Stage("review/absurd_row"),
    Stage("review/usage_hour", _HOURS),
    Stage("review/silent_hour"),
    Stage("review/day_step"),
    Stage("review/line_rate"),
    Stage("review/line_reference"),
    Stage("review/unmatched_item", _ITEM_TOTALS),
    Stage(
        "review/unmatched_total",
        (
            ControlTotal(
                "items of unmatched_total",
                "SELECT count(*) FROM unmatched_item",
                "SELECT coalesce(sum(items), 0) FROM unmatched_total",
            ),
            same_sum("amount", "unmatched_total", "unmatched_item"),
        ),
    ),
    Stage("review/usage_export", (same_rows("usage_export", "usage_reading"),)),
    Stage(
        "review/expected_ledger",
        (
            same_sum("expected_cost", "expected_ledger", "match_line"),
            ControlTotal(
                "rows of expected_ledger",
                f"SELECT count(*) FROM {_RATED_NOW}",
                "SELECT count(*) FROM expected_ledger",
            ),
        ),
    ),
)
