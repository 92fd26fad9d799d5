-- rate_line: the unit rates of a price set, with reasoning tokens priced as the output they are
-- part of where the source names no rate of their own.
SELECT price_set_id, meter, list_unit_rate, unit_rate, twice_unit_rate
FROM price_line
UNION ALL
SELECT
  o.price_set_id,
  'reasoning_tokens' AS meter,
  o.list_unit_rate,
  o.unit_rate,
  o.twice_unit_rate
FROM price_line AS o
LEFT JOIN price_line AS r
  ON r.price_set_id = o.price_set_id AND r.meter = 'reasoning_tokens'
WHERE o.meter = 'output_tokens' AND r.price_set_id IS NULL
