-- cost_during_call: what a call would cost at each other price it may have had: while it ran (D5),
-- or since the price of its time is in doubt (P7, D27).
-- Where no price can be applied, or it needs what was not recorded, it is 0 and without a bound.
WITH possible AS (
  SELECT row_id, price_set_id FROM price_during_call
  UNION
  SELECT row_id, price_set_id FROM price_in_doubt
),
needed AS (
  SELECT
    c.row_id,
    c.price_set_id,
    count(CASE WHEN q.row_id IS NULL AND (l.unit_rate <> 0 OR k.part_of IS NOT NULL)
      AND (f.meter IS NOT NULL OR l.meter IN ('input_tokens', 'output_tokens'))
      THEN 1 END) AS missing,
    count(CASE WHEN f.meter IS NULL AND k.part_of IS NULL AND l.unit_rate <> 0
      AND l.meter NOT IN ('input_tokens', 'output_tokens') THEN 1 END) AS unbounded,
    count(CASE WHEN k.unit = 'Tokens' THEN 1 END) AS token_rates
  FROM possible AS c
  JOIN usage_record AS u
    ON u.row_id = c.row_id
  JOIN price_line AS l
    ON l.price_set_id = c.price_set_id
  JOIN meter AS k
    ON k.meter = l.meter
  LEFT JOIN recorded_meter AS f
    ON f.import_id = u.import_id AND f.meter = l.meter
  LEFT JOIN meter_reading AS q
    ON q.row_id = c.row_id AND q.meter = l.meter
  GROUP BY c.row_id, c.price_set_id
),
priced AS (
  SELECT
    c.row_id,
    c.price_set_id,
    CAST(sum(CAST(coalesce(e.lowest_quantity, q.quantity)
      * coalesce(g.lowest_rate, r.unit_rate) AS DECIMAL(38,21))) AS DECIMAL(38,21)) AS lowest_cost,
    CAST(sum(CAST(coalesce(e.highest_quantity, q.quantity)
      * coalesce(g.highest_rate, r.unit_rate) AS DECIMAL(38,21))) AS DECIMAL(38,21)) AS highest_cost,
    count(CASE WHEN r.meter IS NULL AND k.unit = 'Tokens' AND q.quantity > 0 THEN 1 END) AS unpriced
  FROM possible AS c
  JOIN usage_record AS u
    ON u.row_id = c.row_id
  JOIN meter_reading AS q
    ON q.row_id = c.row_id
  JOIN meter AS k
    ON k.meter = q.meter
  LEFT JOIN rate_line AS r
    ON r.price_set_id = c.price_set_id AND r.meter = q.meter
  LEFT JOIN part_range AS g
    ON g.price_set_id = c.price_set_id AND g.import_id = u.import_id AND g.meter = q.meter
  LEFT JOIN estimated_meter AS e
    ON e.row_id = q.row_id AND e.meter = q.meter
  GROUP BY c.row_id, c.price_set_id
),
judged AS (
  SELECT
    c.row_id,
    c.price_set_id,
    n.row_id IS NOT NULL AND n.missing = 0
      AND (n.token_rates = 0 OR coalesce(p.unpriced, 0) = 0) AS applies,
    coalesce(n.unbounded, 0) AS unbounded,
    coalesce(p.lowest_cost, 0) AS lowest_cost,
    coalesce(p.highest_cost, 0) AS highest_cost
  FROM possible AS c
  LEFT JOIN needed AS n
    ON n.row_id = c.row_id AND n.price_set_id = c.price_set_id
  LEFT JOIN priced AS p
    ON p.row_id = c.row_id AND p.price_set_id = c.price_set_id
)
SELECT
  row_id,
  price_set_id,
  CASE WHEN applies THEN lowest_cost ELSE 0 END AS lowest_cost,
  CASE WHEN applies AND unbounded = 0 THEN highest_cost END AS highest_cost
FROM judged
