-- other_zone: lines of a model and a cost center whose days were cut in another zone than the one of the
-- report. Every day that the ledger books without ids must be what was used within it in that zone, to
-- the half step, and three lines or more must differ from the days of the report: of two that cancel,
-- one amount on another day says the same.
-- Usage is summed by the hour first; a zone is so many whole hours away from the one of the report.
WITH asked AS (
  SELECT
    coalesce(source_model_id, '') AS model,
    coalesce(cost_center, '') AS center,
    currency
  FROM open_line
  WHERE in_period AND (grain = 'group' OR ledger_rows = 0)
  GROUP BY coalesce(source_model_id, ''), coalesce(cost_center, ''), currency
  HAVING count(*) >= 3 AND count(CASE WHEN ledger_rows > 0 THEN 1 END) >= 2
),
hourly AS (
  SELECT
    a.model, a.center, a.currency,
    substr(CAST(r.occurred_at + z.offset_seconds * INTERVAL '1' SECOND AS STRING), 1, 13) AS hour,
    CAST(sum(u.basis_cost) AS DECIMAL(38,21)) AS basis_cost
  FROM asked AS a
  JOIN usage_member AS u
    ON coalesce(u.source_model_id, '') = a.model AND coalesce(u.cost_center, '') = a.center
    AND u.currency = a.currency AND u.rating_state = 'rated' AND u.period_window <> 'carried'
  JOIN usage_record AS r
    ON r.row_id = u.row_id
  JOIN zone_offset AS z
    ON r.occurred_at >= z.utc_from AND r.occurred_at < z.utc_until
  GROUP BY a.model, a.center, a.currency,
    substr(CAST(r.occurred_at + z.offset_seconds * INTERVAL '1' SECOND AS STRING), 1, 13)
),
digit AS (
  SELECT 0 AS n UNION ALL SELECT 1 AS n UNION ALL SELECT 2 AS n UNION ALL SELECT 3 AS n
  UNION ALL SELECT 4 AS n UNION ALL SELECT 5 AS n UNION ALL SELECT 6 AS n UNION ALL SELECT 7 AS n
  UNION ALL SELECT 8 AS n UNION ALL SELECT 9 AS n UNION ALL SELECT 10 AS n UNION ALL SELECT 11 AS n
  UNION ALL SELECT 12 AS n UNION ALL SELECT 13 AS n UNION ALL SELECT 14 AS n
),
shift AS (
  SELECT n AS hours FROM digit WHERE n > 0
  UNION ALL
  SELECT -n AS hours FROM digit WHERE n > 0 AND n < 13
),
used AS (
  SELECT
    h.model, h.center, h.currency, s.hours,
    CAST(CAST(concat(h.hour, ':00:00') AS TIMESTAMP) + s.hours * INTERVAL '1' HOUR AS DATE) AS day,
    CAST(sum(h.basis_cost) AS DECIMAL(38,21)) AS basis_cost
  FROM hourly AS h
  CROSS JOIN shift AS s
  GROUP BY h.model, h.center, h.currency, s.hours,
    CAST(CAST(concat(h.hour, ':00:00') AS TIMESTAMP) + s.hours * INTERVAL '1' HOUR AS DATE)
),
booked AS (
  SELECT
    a.model, a.center, a.currency, l.day,
    CAST(sum(l.recorded_cost) AS DECIMAL(38,21)) AS recorded_cost
  FROM asked AS a
  JOIN ledger_member AS l
    ON coalesce(l.source_model_id, '') = a.model AND coalesce(l.cost_center, '') = a.center
    AND l.currency = a.currency AND l.request_id IS NULL AND l.period_window = 'period'
  GROUP BY a.model, a.center, a.currency, l.day
),
compared AS (
  SELECT
    b.model, b.center, b.currency, s.hours,
    count(*) AS days,
    count(CASE WHEN b.recorded_cost - coalesce(u.basis_cost, 0) <= t.half_step
      AND coalesce(u.basis_cost, 0) - b.recorded_cost <= t.half_step THEN 1 END) AS equal_days
  FROM booked AS b
  CROSS JOIN shift AS s
  CROSS JOIN ledger_terms AS t
  LEFT JOIN used AS u
    ON u.model = b.model AND u.center = b.center AND u.currency = b.currency
    AND u.hours = s.hours AND u.day = b.day
  GROUP BY b.model, b.center, b.currency, s.hours
)
SELECT DISTINCT
  o.line_key,
  'other_zone' AS cause,
  concat(CAST(c.hours AS STRING), ' hours from the zone of the report') AS variant
FROM compared AS c
JOIN open_line AS o
  ON coalesce(o.source_model_id, '') = c.model AND coalesce(o.cost_center, '') = c.center
  AND o.currency = c.currency
WHERE c.days = c.equal_days AND o.in_period
  AND (o.grain = 'group' OR o.ledger_rows = 0)
