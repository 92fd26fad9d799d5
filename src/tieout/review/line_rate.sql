-- line_rate: for the largest lines, each meter's quantity and rate: the way down to the price (V5).
SELECT
  k.line_key,
  q.meter,
  q.price_set_id,
  CAST(sum(q.quantity) AS DECIMAL(38,3)) AS quantity,
  min(q.unit_rate) AS unit_rate,
  CAST(sum(q.full_cost) AS DECIMAL(38,21)) AS full_cost
FROM largest_line AS g
JOIN match_member AS k
  ON k.line_key = g.line_key AND k.leg = 'usage' AND k.period_window = 'period'
JOIN rated_meter AS q
  ON q.row_id = k.row_id
GROUP BY k.line_key, q.meter, q.price_set_id
