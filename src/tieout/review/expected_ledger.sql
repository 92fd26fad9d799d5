-- expected_ledger: the rated lines: one meter of one usage row, quantity, unit rate, cost (R, V5).
SELECT
  u.import_id,
  u.ordinal,
  r.payload_digest,
  r.request_id,
  r.occurred_at,
  r.usage_day,
  p.source_model_id,
  r.cost_center,
  r.project,
  p.currency,
  q.meter,
  q.quantity,
  -- The ruling by which the quantity is estimated; null where it was recorded (U5).
  s.estimate_id,
  q.unit_rate,
  q.price_set_id,
  e.counts,
  q.full_cost,
  CASE WHEN e.counts THEN q.full_cost ELSE 0 END AS expected_cost
FROM rated_meter AS q
JOIN usage_reading AS u
  ON u.row_id = q.row_id
JOIN usage_record AS r
  ON r.row_id = q.row_id AND r.period_window = 'period'
JOIN usage_price AS p
  ON p.row_id = q.row_id
JOIN expected_cost AS e
  ON e.row_id = q.row_id
LEFT JOIN estimated_meter AS s
  ON s.row_id = q.row_id AND s.meter = q.meter
