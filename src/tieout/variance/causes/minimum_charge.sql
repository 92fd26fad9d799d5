-- minimum_charge: calls that nothing special closes, and that have one amount in common with several
-- others of their model that cost less, each another amount: as a minimum a call makes it.
WITH cheaper AS (
  SELECT line_key, source_model_id, currency, basis_cost, recorded_cost
  FROM unexplained_line
  WHERE usage_rows = 1 AND ledger_rows = 1 AND recorded_cost > basis_cost AND basis_cost > 0
),
shared AS (
  SELECT source_model_id, currency, recorded_cost
  FROM cheaper
  GROUP BY source_model_id, currency, recorded_cost
  HAVING count(DISTINCT basis_cost) >= 3
)
SELECT c.line_key, 'minimum_charge' AS cause, 'one amount on several calls' AS variant
FROM cheaper AS c
JOIN shared AS s
  ON s.source_model_id = c.source_model_id AND s.currency = c.currency
  AND s.recorded_cost = c.recorded_cost
