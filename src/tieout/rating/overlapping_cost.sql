-- overlapping_cost: what a call would cost at each of the prices that hold at its time, where more than
-- one does; it is rated with none of them. A price that names no rate for tokens the call used gives
-- no amount: no rate is not a rate of zero (L3).
-- It begins with the few prices that overlap, so that a run without any pays next to nothing.
SELECT
  p.row_id,
  s.price_set_id,
  CASE WHEN count(CASE WHEN l.meter IS NULL AND k.unit = 'Tokens' THEN 1 END) = 0
    THEN CAST(sum(CAST(q.quantity * l.unit_rate AS DECIMAL(38,21))) AS DECIMAL(38,21)) END AS cost
FROM price_applied AS f
JOIN usage_price AS p
  ON p.source_model_id = f.source_model_id
JOIN usage_state AS t
  ON t.row_id = p.row_id AND t.state_reason = 'PRICE_OVERLAP'
JOIN usage_record AS u
  ON u.row_id = p.row_id AND u.occurred_at >= f.effective_from
  AND (f.effective_until IS NULL OR u.occurred_at < f.effective_until)
JOIN price_set AS s
  ON s.source_model_id = p.source_model_id AND s.grade = f.grade
  AND u.occurred_at >= s.effective_from
  AND (s.effective_until IS NULL OR u.occurred_at < s.effective_until)
JOIN meter_reading AS q
  ON q.row_id = p.row_id AND q.quantity > 0
JOIN meter AS k
  ON k.meter = q.meter
LEFT JOIN rate_line AS l
  ON l.price_set_id = s.price_set_id AND l.meter = q.meter
WHERE f.rates_in_force > 1
GROUP BY p.row_id, s.price_set_id
