-- unexplained_line: open lines with rows on both legs that no special cause closes: what is left for the
-- searches that try many things, and for the plain words that say what a special cause says in full.
SELECT
  o.line_key,
  o.source_model_id,
  o.cost_center,
  o.currency,
  o.usage_rows,
  o.ledger_rows,
  o.basis_cost,
  o.recorded_cost
FROM open_line AS o
CROSS JOIN ledger_terms AS t
LEFT JOIN ledger_quantity_priced AS q
  ON q.line_key = o.line_key
LEFT JOIN (
  SELECT line_key FROM recomputed
  UNION
  SELECT line_key FROM rounded_scope
  UNION
  SELECT line_key FROM presence
  UNION
  SELECT line_key FROM left_out_booked
  UNION
  SELECT line_key FROM counterpart_day WHERE cause <> 'one_of_other_days'
  UNION
  SELECT line_key FROM booked_elsewhere
  UNION
  SELECT line_key FROM other_zone
) AS special
  ON special.line_key = o.line_key
WHERE o.in_period AND o.usage_rows > 0 AND o.ledger_rows > 0 AND special.line_key IS NULL
  AND NOT coalesce(o.recorded_cost - q.ledger_quantity_cost <= t.half_step
    AND q.ledger_quantity_cost - o.recorded_cost <= t.half_step, FALSE)
