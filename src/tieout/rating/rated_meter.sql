-- rated_meter: quantity times the unit rate in force, one meter of one usage row a line (K2, K3).
-- The product of DECIMAL(15,3) and DECIMAL(22,18) is exact in DECIMAL(38,21): nothing is rounded.
-- An estimated quantity makes a range of its own (U5): of a whole, the parts that an estimate stands
-- for leave its rate no longer open, the others do (D3).
-- A refund row returns a consumption and consumes nothing itself, whatever quantities it repeats. What
-- settles a call counts as one settlement at what was charged or given back: its amount is the vendor's
-- account of what the call used in the end, for which no row states units.
WITH left_open AS (
  SELECT
    p.row_id,
    w.meter,
    min(CASE WHEN r.meter IS NULL AND e.meter IS NULL AND l.unit_rate < w.unit_rate
      THEN l.unit_rate ELSE w.unit_rate END) AS lowest_rate,
    max(CASE WHEN r.meter IS NULL AND e.meter IS NULL AND l.unit_rate > w.unit_rate
      THEN l.unit_rate ELSE w.unit_rate END) AS highest_rate
  FROM (SELECT DISTINCT row_id FROM estimated_meter WHERE NOT is_rest) AS t
  JOIN usage_price AS p
    ON p.row_id = t.row_id
  JOIN usage_record AS u
    ON u.row_id = t.row_id
  JOIN price_line AS l
    ON l.price_set_id = p.price_set_id
  JOIN meter AS k
    ON k.meter = l.meter
  JOIN price_line AS w
    ON w.price_set_id = p.price_set_id AND w.meter = k.part_of
  LEFT JOIN recorded_meter AS r
    ON r.import_id = u.import_id AND r.meter = l.meter
  LEFT JOIN estimated_meter AS e
    ON e.row_id = t.row_id AND e.meter = l.meter AND NOT e.is_rest
  GROUP BY p.row_id, w.meter
)
SELECT
  s.row_id,
  q.meter,
  q.quantity,
  p.price_set_id,
  r.unit_rate,
  CAST(q.quantity * r.unit_rate AS DECIMAL(38,21)) AS full_cost,
  CAST(q.quantity * r.list_unit_rate AS DECIMAL(38,21)) AS list_cost,
  CAST(q.quantity * r.twice_unit_rate AS DECIMAL(38,21)) AS twice_cost,
  CAST(coalesce(e.lowest_quantity, q.quantity) * coalesce(o.lowest_rate, g.lowest_rate, r.unit_rate)
    AS DECIMAL(38,21)) AS lowest_cost,
  CAST(coalesce(e.highest_quantity, q.quantity) * coalesce(o.highest_rate, g.highest_rate, r.unit_rate)
    AS DECIMAL(38,21)) AS highest_cost
FROM usage_state AS s
JOIN usage_record AS u
  ON u.row_id = s.row_id
JOIN usage_price AS p
  ON p.row_id = s.row_id
JOIN meter_reading AS q
  ON q.row_id = s.row_id
JOIN rate_line AS r
  ON r.price_set_id = p.price_set_id AND r.meter = q.meter
LEFT JOIN left_open AS o
  ON o.row_id = q.row_id AND o.meter = q.meter
LEFT JOIN part_range AS g
  ON g.price_set_id = p.price_set_id AND g.import_id = u.import_id AND g.meter = q.meter
LEFT JOIN estimated_meter AS e
  ON e.row_id = q.row_id AND e.meter = q.meter
WHERE s.rating_state = 'rated' AND s.rating_reason <> 'REFUND_IN_FULL'
  AND s.period_window <> 'outside'
UNION ALL
SELECT
  x.row_id,
  'settlement' AS meter,
  x.quantity,
  x.price_set_id,
  x.unit_rate,
  CAST(x.quantity * x.unit_rate AS DECIMAL(38,21)) AS full_cost,
  -- Before a multiplier that the price has, nobody knows what it would be.
  CASE WHEN d.price_set_id IS NULL
    THEN CAST(x.quantity * x.unit_rate AS DECIMAL(38,21)) END AS list_cost,
  CAST(NULL AS DECIMAL(38,21)) AS twice_cost,
  CAST(x.quantity * x.unit_rate AS DECIMAL(38,21)) AS lowest_cost,
  CAST(x.quantity * x.unit_rate AS DECIMAL(38,21)) AS highest_cost
FROM (
  SELECT
    s.row_id,
    p.price_set_id,
    CAST(CASE WHEN u.charged_cost < 0 THEN -1 ELSE 1 END AS DECIMAL(15,3)) AS quantity,
    CAST(CASE WHEN u.charged_cost >= 10000 OR u.charged_cost <= -10000 THEN 0
      WHEN u.charged_cost < 0 THEN -u.charged_cost
      ELSE u.charged_cost END AS DECIMAL(22,18)) AS unit_rate
  FROM settlement_link AS l
  JOIN usage_state AS s
    ON s.row_id = l.row_id AND s.rating_state = 'rated' AND s.period_window <> 'outside'
  JOIN usage_record AS u
    ON u.row_id = l.row_id
  JOIN usage_price AS p
    ON p.row_id = l.row_id
) AS x
LEFT JOIN (SELECT DISTINCT price_set_id FROM rate_line WHERE list_unit_rate <> unit_rate) AS d
  ON d.price_set_id = x.price_set_id
