-- rate_line: the unit rates of a price set, with reasoning tokens priced as the output they are
-- part of where the source names no rate of their own.
SELECT
  p.price_set_id,
  p.meter,
  p.list_unit_rate,
  p.unit_rate,
  p.twice_unit_rate,
  -- The rate on the basis of the ledger (D9): before the multiplier where it holds list prices.
  CASE WHEN t.basis = 'list' THEN p.list_unit_rate ELSE p.unit_rate END AS basis_unit_rate
FROM price_line AS p
CROSS JOIN ledger_terms AS t
UNION ALL
SELECT
  o.price_set_id,
  'reasoning_tokens' AS meter,
  o.list_unit_rate,
  o.unit_rate,
  o.twice_unit_rate,
  CASE WHEN t.basis = 'list' THEN o.list_unit_rate ELSE o.unit_rate END AS basis_unit_rate
FROM price_line AS o
CROSS JOIN ledger_terms AS t
LEFT JOIN price_line AS r
  ON r.price_set_id = o.price_set_id AND r.meter = 'reasoning_tokens'
WHERE o.meter = 'output_tokens' AND r.price_set_id IS NULL
