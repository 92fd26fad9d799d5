"""What a run asks of its tables about second sources of prices (P4); each answer is ordered."""

from __future__ import annotations

from typing import Final

CROSS_CHECK_QUERIES: Final[dict[str, str]] = {
    "overlap_prices": "SELECT DISTINCT s.source_model_id, s.source_name, s.capture_id,"
    " s.effective_from, l.meter, l.price_text, l.multiplier_text, l.pricing_unit, s.currency,"
    " l.locator FROM overlapping_cost AS h"
    " JOIN price_set AS s ON s.price_set_id = h.price_set_id"
    " JOIN price_line AS l ON l.price_set_id = h.price_set_id"
    " ORDER BY s.source_model_id, s.source_name, s.capture_id, s.effective_from, l.meter",
    # One price without an amount leaves both ends open: no false certainty.
    "overlap_money": "SELECT r.source_model_id, r.currency, count(*) AS usage_rows,"
    " CASE WHEN count(*) = count(r.low_cost) THEN sum(r.low_cost) END AS low_cost,"
    " CASE WHEN count(*) = count(r.high_cost) THEN sum(r.high_cost) END AS high_cost FROM"
    " (SELECT h.row_id, s.source_model_id, s.currency,"
    " CASE WHEN count(*) = count(h.cost) THEN min(h.cost) END AS low_cost,"
    " CASE WHEN count(*) = count(h.cost) THEN max(h.cost) END AS high_cost"
    " FROM overlapping_cost AS h JOIN price_set AS s ON s.price_set_id = h.price_set_id"
    " GROUP BY h.row_id, s.source_model_id, s.currency) AS r"
    " GROUP BY r.source_model_id, r.currency ORDER BY r.source_model_id, r.currency",
    "comparisons": "SELECT c.*, u.expected_cost, s.source_name AS price_source,"
    " s.capture_id AS price_capture, s.effective_from AS price_accessed,"
    " k.source_name AS check_source, k.capture_id AS check_capture,"
    " k.effective_from AS check_accessed, a.last_used,"
    " l.price_text, l.pricing_unit, l.multiplier_text, l.dialect, l.locator,"
    " m.price_text AS check_text, m.pricing_unit AS check_unit,"
    " m.multiplier_text AS check_multiplier, m.dialect AS check_dialect,"
    " m.locator AS check_locator FROM source_comparison AS c"
    " JOIN rate_used AS u ON u.price_set_id = c.price_set_id AND u.meter = c.meter"
    " JOIN price_set AS s ON s.price_set_id = c.price_set_id"
    " JOIN check_set AS k ON k.price_set_id = c.check_set_id"
    " JOIN (SELECT p.price_set_id, max(r.occurred_at) AS last_used FROM usage_price AS p"
    " JOIN (SELECT DISTINCT price_set_id FROM source_comparison) AS d"
    " ON d.price_set_id = p.price_set_id"
    " JOIN usage_record AS r ON r.row_id = p.row_id AND r.period_window = 'period'"
    " GROUP BY p.price_set_id) AS a ON a.price_set_id = c.price_set_id"
    " LEFT JOIN price_line AS l ON l.price_set_id = c.price_set_id AND l.meter = c.meter"
    " LEFT JOIN price_line AS m ON m.price_set_id = c.check_set_id AND m.meter = c.meter"
    " ORDER BY c.source_model_id, c.meter, c.compared_from, k.source_name, c.price_set_id,"
    " c.check_set_id",
    "disputed": "SELECT p.source_model_id, p.currency, count(*) AS usage_rows,"
    " count(e.high_cost) AS bounded_rows, sum(e.expected_cost) AS expected_cost,"
    " sum(e.low_cost) AS low_cost, sum(e.high_cost) AS high_cost FROM expected_cost AS e"
    " JOIN (SELECT DISTINCT row_id FROM disputed_cost) AS d ON d.row_id = e.row_id"
    " JOIN usage_price AS p ON p.row_id = e.row_id"
    " GROUP BY p.source_model_id, p.currency ORDER BY p.source_model_id, p.currency",
    "only_in_check": "SELECT DISTINCT c.source_model_id FROM check_set AS c"
    " JOIN period_bounds AS b ON c.effective_from < b.period_end"
    " AND (c.effective_until IS NULL OR c.effective_until > b.period_start)"
    " LEFT JOIN price_set AS p ON p.source_model_id = c.source_model_id"
    " WHERE p.source_model_id IS NULL ORDER BY c.source_model_id",
    "checks_in_force": "SELECT DISTINCT c.source_name, c.capture_id FROM check_set AS c"
    " JOIN period_bounds AS b ON c.effective_from < b.period_end"
    " AND (c.effective_until IS NULL OR c.effective_until > b.period_start)"
    " ORDER BY c.source_name, c.capture_id",
}  # fmt: skip
