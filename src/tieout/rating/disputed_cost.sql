-- disputed_cost: what a rated call would cost at the price of a source that disputes its own (P4).
-- A call at a time when no second source was in force is judged by every comparison of its price
-- in the period. A meter that the other source does not state counts at the call's own rate. In
-- another currency, or counted in another unit, the other price says nothing: 0 and without a bound.
WITH candidate AS (
  SELECT
    s.row_id,
    u.import_id,
    c.price_set_id,
    c.check_set_id,
    c.meter,
    c.difference,
    u.occurred_at,
    u.occurred_at >= c.compared_from AND u.occurred_at < c.compared_until AS at_its_time
  FROM source_comparison AS c
  JOIN usage_price AS p
    ON p.price_set_id = c.price_set_id
  JOIN usage_state AS s
    ON s.row_id = p.row_id AND s.rating_state = 'rated' AND s.period_window = 'period'
  JOIN usage_record AS u
    ON u.row_id = p.row_id
  JOIN meter_reading AS q
    ON q.row_id = p.row_id AND q.meter = c.meter AND q.quantity > 0
  WHERE c.standing = 'conflict'
),
judged AS (
  SELECT
    d.row_id,
    d.import_id,
    d.price_set_id,
    d.check_set_id,
    d.difference,
    d.at_its_time,
    count(o.price_set_id) AS compared_then
  FROM candidate AS d
  LEFT JOIN source_comparison AS o
    ON o.price_set_id = d.price_set_id
    AND o.meter = d.meter
    AND o.standing IN ('agrees', 'conflict', 'resolved')
    AND d.occurred_at >= o.compared_from
    AND d.occurred_at < o.compared_until
  GROUP BY
    d.row_id, d.import_id, d.price_set_id, d.check_set_id, d.meter, d.difference, d.at_its_time
),
disputed AS (
  SELECT
    row_id,
    import_id,
    price_set_id,
    check_set_id,
    count(CASE WHEN difference <> 'price' THEN 1 END) AS without_rate
  FROM judged
  WHERE at_its_time OR compared_then = 0
  GROUP BY row_id, import_id, price_set_id, check_set_id
)
SELECT
  d.row_id,
  d.check_set_id,
  CASE WHEN d.without_rate > 0 THEN 0 ELSE CAST(sum(CAST(coalesce(e.lowest_quantity, q.quantity)
    * coalesce(h.lowest_rate, k.unit_rate, g.lowest_rate, r.unit_rate) AS DECIMAL(38,21)))
    AS DECIMAL(38,21)) END AS lowest_cost,
  CASE WHEN d.without_rate = 0 THEN CAST(sum(CAST(coalesce(e.highest_quantity, q.quantity)
    * coalesce(h.highest_rate, k.unit_rate, g.highest_rate, r.unit_rate) AS DECIMAL(38,21)))
    AS DECIMAL(38,21)) END AS highest_cost
FROM disputed AS d
JOIN meter_reading AS q
  ON q.row_id = d.row_id
LEFT JOIN rate_line AS r
  ON r.price_set_id = d.price_set_id AND r.meter = q.meter
LEFT JOIN rate_line AS k
  ON k.price_set_id = d.check_set_id AND k.meter = q.meter
LEFT JOIN part_range AS g
  ON g.price_set_id = d.price_set_id AND g.import_id = d.import_id AND g.meter = q.meter
LEFT JOIN part_range AS h
  ON h.price_set_id = d.check_set_id AND h.import_id = d.import_id AND h.meter = q.meter
LEFT JOIN estimated_meter AS e
  ON e.row_id = q.row_id AND e.meter = q.meter
WHERE r.meter IS NOT NULL OR k.meter IS NOT NULL
GROUP BY d.row_id, d.check_set_id, d.without_rate
