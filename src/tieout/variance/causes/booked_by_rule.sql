-- booked_by_rule: lines that nothing special closes, and that hold what the vendor charged, or one amount
-- that several cheaper calls of a model have in common, as a minimum a call makes it.
WITH minimum AS (
  SELECT source_model_id, currency, recorded_cost
  FROM unexplained_line
  WHERE usage_rows = 1 AND ledger_rows = 1 AND recorded_cost > basis_cost AND basis_cost > 0
  GROUP BY source_model_id, currency, recorded_cost
  HAVING count(DISTINCT basis_cost) >= 3
)
SELECT u.line_key, 'minimum_charge' AS cause, 'one amount on several calls' AS variant
FROM unexplained_line AS u
JOIN minimum AS m
  ON m.source_model_id = u.source_model_id AND m.currency = u.currency
  AND m.recorded_cost = u.recorded_cost
WHERE u.usage_rows = 1 AND u.ledger_rows = 1 AND u.recorded_cost > u.basis_cost AND u.basis_cost > 0
UNION ALL
SELECT u.line_key, 'booked_as_charged' AS cause, 'charge of the vendor' AS variant
FROM unexplained_line AS u
JOIN match_line AS m
  ON m.line_key = u.line_key AND m.charged_rows = m.usage_rows
CROSS JOIN ledger_terms AS t
WHERE t.basis <> 'charged'
  AND u.recorded_cost - m.charged_cost <= t.half_step
  AND m.charged_cost - u.recorded_cost <= t.half_step
