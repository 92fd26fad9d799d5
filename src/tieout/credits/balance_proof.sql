-- balance_proof: opening plus movements against closing, in whole units (B2); one row.
-- A balance that was read before or after a bound of the period is rolled to it by the movements in
-- between: a reading holds what was written up to its own instant. What is left is unexplained.
SELECT
  t.opening_at,
  t.opening_units AS opening_read_units,
  t.closing_at,
  t.closing_units AS closing_read_units,
  CAST(t.opening_units
    + coalesce(sum(CASE WHEN m.moved_at > t.opening_at AND m.moved_at < b.period_start
      THEN m.units ELSE 0 END), 0)
    - coalesce(sum(CASE WHEN m.moved_at <= t.opening_at AND m.moved_at >= b.period_start
      THEN m.units ELSE 0 END), 0) AS DECIMAL(38,3)) AS opening_units,
  CAST(coalesce(sum(CASE WHEN m.movement_window = 'period' THEN m.units ELSE 0 END), 0)
    AS DECIMAL(38,3)) AS moved_units,
  CAST(t.closing_units
    + coalesce(sum(CASE WHEN m.moved_at > t.closing_at AND m.moved_at < b.period_end
      THEN m.units ELSE 0 END), 0)
    - coalesce(sum(CASE WHEN m.moved_at <= t.closing_at AND m.moved_at >= b.period_end
      THEN m.units ELSE 0 END), 0) AS DECIMAL(38,3)) AS closing_units,
  -- Both roll-overs and the movements of the period are the movements between the two readings.
  CAST(t.closing_units - t.opening_units
    - coalesce(sum(CASE WHEN m.moved_at > t.opening_at AND m.moved_at <= t.closing_at
      THEN m.units ELSE 0 END), 0) AS DECIMAL(38,3)) AS unexplained_units
FROM balance_terms AS t
CROSS JOIN period_bounds AS b
LEFT JOIN credit_movement AS m
  ON TRUE
GROUP BY t.opening_at, t.opening_units, t.closing_at, t.closing_units, b.period_start, b.period_end
