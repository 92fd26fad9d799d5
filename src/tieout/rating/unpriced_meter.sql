-- unpriced_meter: tokens that were consumed and that the price set in force, though it prices
-- tokens, names no rate for. No rate is not a rate of zero (L3).
SELECT DISTINCT p.row_id
FROM usage_price AS p
JOIN meter_reading AS q
  ON q.row_id = p.row_id AND q.quantity > 0
JOIN meter AS k
  ON k.meter = q.meter AND k.unit = 'Tokens'
JOIN (
  SELECT DISTINCT l.price_set_id
  FROM rate_line AS l
  JOIN meter AS t ON t.meter = l.meter AND t.unit = 'Tokens'
) AS token_priced
  ON token_priced.price_set_id = p.price_set_id
LEFT JOIN rate_line AS r
  ON r.price_set_id = p.price_set_id AND r.meter = q.meter
WHERE r.price_set_id IS NULL
