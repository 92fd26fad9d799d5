-- expected_cost: what each rated usage row should cost, and the range its doubts leave (D7).
-- Completed rows count in full, and so do others that a verified rule says are billed. While no rule
-- says so, they count nothing, and up to their full cost in the high end; not billed is zero. What
-- settles a call for less takes its amount off instead, in the low end while no rule says so. A price
-- that changed while a call ran, of which only the end was logged, widens its range to every price it
-- may have had (D5); a price that a second source disputes widens it to what that source states (P4).
WITH row_cost AS (
  SELECT
    row_id,
    CAST(sum(full_cost) AS DECIMAL(38,21)) AS full_cost,
    CASE WHEN count(*) = count(list_cost)
      THEN CAST(sum(list_cost) AS DECIMAL(38,21)) END AS list_cost,
    -- A row priced partly without a multiplier has no cost with the multiplier applied twice.
    CASE WHEN count(*) = count(twice_cost)
      THEN CAST(sum(twice_cost) AS DECIMAL(38,21)) END AS twice_cost,
    CAST(sum(lowest_cost) AS DECIMAL(38,21)) AS lowest_cost,
    CAST(sum(highest_cost) AS DECIMAL(38,21)) AS highest_cost
  FROM rated_meter
  GROUP BY row_id
),
-- A price also charges seconds, say, which the format does not record and no other meter includes:
-- the row is rated without them, and how much they add has no bound (D3).
unbounded AS (
  SELECT DISTINCT l.price_set_id, f.import_id
  FROM price_line AS l
  JOIN meter AS k
    ON k.meter = l.meter AND k.part_of IS NULL
  CROSS JOIN (SELECT DISTINCT import_id FROM usage_record) AS f
  LEFT JOIN recorded_meter AS r
    ON r.import_id = f.import_id AND r.meter = l.meter
  WHERE l.unit_rate <> 0 AND r.import_id IS NULL
    AND l.meter NOT IN ('input_tokens', 'output_tokens')
),
during AS (
  SELECT
    row_id,
    min(lowest_cost) AS lowest_cost,
    max(highest_cost) AS highest_cost,
    count(*) > count(highest_cost) AS unbounded
  FROM (
    SELECT row_id, lowest_cost, highest_cost FROM cost_during_call
    UNION ALL
    SELECT row_id, lowest_cost, highest_cost FROM disputed_cost
  ) AS other_price
  GROUP BY row_id
)
SELECT
  s.row_id,
  s.rating_reason IN ('COMPLETED', 'BILLABLE') AS counts,
  coalesce(c.full_cost, 0) AS full_cost,
  CASE WHEN c.row_id IS NULL THEN 0 ELSE c.list_cost END AS list_cost,
  c.twice_cost,
  CASE WHEN s.rating_reason IN ('COMPLETED', 'BILLABLE')
    THEN coalesce(c.full_cost, 0) ELSE 0 END AS expected_cost,
  CASE
    WHEN s.rating_reason = 'BILLING_UNVERIFIED' AND c.highest_cost < 0 THEN c.lowest_cost
    WHEN s.rating_reason NOT IN ('COMPLETED', 'BILLABLE') THEN 0
    WHEN d.lowest_cost < coalesce(c.lowest_cost, 0) THEN d.lowest_cost
    ELSE coalesce(c.lowest_cost, 0)
  END AS low_cost,
  CASE
    WHEN s.rating_reason = 'REFUND_IN_FULL' THEN coalesce(c.highest_cost, 0)
    WHEN s.rating_reason = 'NOT_BILLABLE' THEN 0
    WHEN s.rating_reason = 'BILLING_UNVERIFIED' AND c.highest_cost < 0 THEN 0
    WHEN l.row_id IS NOT NULL THEN c.highest_cost
    WHEN b.import_id IS NOT NULL OR d.unbounded THEN NULL
    WHEN d.highest_cost > coalesce(c.highest_cost, 0) THEN d.highest_cost
    ELSE coalesce(c.highest_cost, 0)
  END AS high_cost
FROM usage_state AS s
JOIN usage_record AS u
  ON u.row_id = s.row_id
JOIN usage_price AS p
  ON p.row_id = s.row_id
LEFT JOIN row_cost AS c
  ON c.row_id = s.row_id
LEFT JOIN settlement_link AS l
  ON l.row_id = s.row_id
LEFT JOIN unbounded AS b
  ON b.price_set_id = p.price_set_id AND b.import_id = u.import_id
LEFT JOIN during AS d
  ON d.row_id = s.row_id
WHERE s.rating_state = 'rated' AND s.period_window <> 'outside'
