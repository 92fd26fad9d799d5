"""What a run asks of its tables about second sources of prices (P4); each answer is ordered."""

from __future__ import annotations

from typing import Final

# Each price that holds at the time of a call for which more than one does, and what it would make.
# It begins with the few prices that overlap, so that a run without any pays next to nothing.
_HELD: Final = (
    "SELECT p.row_id, p.source_model_id, s.price_set_id, s.capture_id, s.source_name, s.currency,"
    " s.effective_from, sum(CAST(q.quantity * l.unit_rate AS DECIMAL(38,21))) AS cost"
    " FROM price_applied AS f JOIN usage_price AS p ON p.source_model_id = f.source_model_id"
    " JOIN usage_state AS t ON t.row_id = p.row_id"
    " JOIN usage_record AS u ON u.row_id = p.row_id AND u.occurred_at >= f.effective_from"
    " AND (f.effective_until IS NULL OR u.occurred_at < f.effective_until)"
    " JOIN price_set AS s ON s.source_model_id = p.source_model_id AND s.grade = f.grade"
    " AND u.occurred_at >= s.effective_from"
    " AND (s.effective_until IS NULL OR u.occurred_at < s.effective_until)"
    " JOIN meter_reading AS q ON q.row_id = t.row_id"
    " JOIN rate_line AS l ON l.price_set_id = s.price_set_id AND l.meter = q.meter"
    " WHERE f.rates_in_force > 1 AND t.state_reason = 'PRICE_OVERLAP'"
    " GROUP BY p.row_id, p.source_model_id, s.price_set_id, s.capture_id, s.source_name,"
    " s.currency, s.effective_from"
)
CROSS_CHECK_QUERIES: Final[dict[str, str]] = {
    "overlap_prices": "SELECT h.source_model_id, h.source_name, h.capture_id, h.effective_from,"
    " l.meter, l.price_text, l.multiplier_text, l.pricing_unit, h.currency, l.locator"
    f" FROM ({_HELD}) AS h"
    " JOIN price_line AS l ON l.price_set_id = h.price_set_id"
    " GROUP BY h.source_model_id, h.source_name, h.capture_id, h.effective_from, l.meter,"
    " l.price_text, l.multiplier_text, l.pricing_unit, h.currency, l.locator"
    " ORDER BY h.source_model_id, h.source_name, h.capture_id, h.effective_from, l.meter",
    "overlap_money": "SELECT r.source_model_id, r.currency, count(*) AS usage_rows,"
    " sum(r.low_cost) AS low_cost, sum(r.high_cost) AS high_cost FROM"
    " (SELECT h.row_id, h.source_model_id, h.currency, min(h.cost) AS low_cost,"
    f" max(h.cost) AS high_cost FROM ({_HELD}) AS h"
    " GROUP BY h.row_id, h.source_model_id, h.currency) AS r"
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
