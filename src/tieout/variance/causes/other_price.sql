-- other_price: what each open row would cost at every other price its model has in the book, in a
-- source that only checks, or in a capture that nobody approved.
-- A recorded amount that equals one of them was calculated with a price not in force. A price that
-- names no rate for a meter the row was rated by gives no amount: no rate is not a rate of zero (L3).
SELECT
  r.line_key,
  r.row_id,
  'price_not_in_force' AS cause,
  s.price_set_id AS variant,
  CASE WHEN r.counts
    THEN CAST(sum(q.quantity * l.basis_unit_rate) AS DECIMAL(38,21)) ELSE 0 END AS amount
FROM open_row AS r
JOIN (
  SELECT price_set_id, source_model_id, currency, rates_digest FROM price_set
  UNION ALL
  SELECT price_set_id, source_model_id, currency, rates_digest FROM check_set
  UNION ALL
  SELECT price_set_id, source_model_id, currency, rates_digest FROM waiting_price
) AS s
  ON s.source_model_id = r.source_model_id AND s.currency = r.currency
JOIN price_set AS own
  ON own.price_set_id = r.price_set_id AND own.rates_digest <> s.rates_digest
JOIN meter_reading AS q
  ON q.row_id = r.row_id
LEFT JOIN rate_line AS l
  ON l.price_set_id = s.price_set_id AND l.meter = q.meter
LEFT JOIN rate_line AS w
  ON w.price_set_id = r.price_set_id AND w.meter = q.meter
GROUP BY r.line_key, r.row_id, r.counts, s.price_set_id
HAVING count(l.meter) > 0
  AND count(CASE WHEN w.meter IS NOT NULL AND l.meter IS NULL AND q.quantity > 0 THEN 1 END) = 0
