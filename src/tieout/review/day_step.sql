-- day_step: days on which a model has far fewer or far more calls than on every other day (U6).
-- Days are those on which anything was called, from the model's first to its last: a day without a call
-- of it is one. Its first and last day may be part of a day, and are no step down.
WITH called_day AS (
  SELECT DISTINCT usage_day AS day
  FROM usage_record
  CROSS JOIN policy_terms AS t
  WHERE t.gap_least_days > 0 AND period_window = 'period' AND entry_kind = 'consumption'
),
model_day AS (
  SELECT
    u.model_as_logged,
    u.usage_day AS day,
    count(*) AS usage_rows,
    min(u.occurred_at) AS first_at,
    max(u.occurred_at) AS last_at
  FROM usage_record AS u
  CROSS JOIN policy_terms AS t
  WHERE t.gap_least_days > 0 AND u.period_window = 'period' AND u.entry_kind = 'consumption'
    AND u.model_as_logged IS NOT NULL
  GROUP BY u.model_as_logged, u.usage_day
),
bounds AS (
  SELECT model_as_logged, min(day) AS first_day, max(day) AS last_day
  FROM model_day
  GROUP BY model_as_logged
),
every_day AS (
  SELECT
    b.model_as_logged,
    d.day,
    d.day > b.first_day AND d.day < b.last_day AS is_within,
    coalesce(m.usage_rows, 0) AS usage_rows
  FROM bounds AS b
  JOIN called_day AS d
    ON d.day >= b.first_day AND d.day <= b.last_day
  LEFT JOIN model_day AS m
    ON m.model_as_logged = b.model_as_logged AND m.day = d.day
),
placed AS (
  SELECT
    model_as_logged,
    day,
    is_within,
    usage_rows,
    row_number() OVER (PARTITION BY model_as_logged ORDER BY usage_rows, day) AS from_below,
    row_number() OVER (PARTITION BY model_as_logged ORDER BY usage_rows DESC, day) AS from_above,
    count(*) OVER (PARTITION BY model_as_logged) AS days
  FROM every_day
),
beside AS (
  -- The fewest and the most that any other day has.
  SELECT
    p.model_as_logged,
    p.day,
    p.is_within,
    p.usage_rows,
    p.days - 1 AS other_days,
    min(o.usage_rows) AS fewest_rows,
    max(o.usage_rows) AS most_rows
  FROM placed AS p
  JOIN placed AS o
    ON o.model_as_logged = p.model_as_logged AND o.day <> p.day
  WHERE p.from_below = 1 OR p.from_above = 1
  GROUP BY p.model_as_logged, p.day, p.is_within, p.usage_rows, p.days
),
stepped AS (
  SELECT
    b.model_as_logged,
    b.day,
    CASE WHEN b.usage_rows * t.gap_step_factor < b.fewest_rows THEN 'down' ELSE 'up' END AS direction,
    b.usage_rows,
    b.other_days,
    CASE WHEN b.usage_rows * t.gap_step_factor < b.fewest_rows
      THEN b.fewest_rows ELSE b.most_rows END AS nearest_rows
  FROM beside AS b
  CROSS JOIN policy_terms AS t
  WHERE b.other_days >= t.gap_least_days
    AND (
      b.is_within AND b.usage_rows * t.gap_step_factor < b.fewest_rows
      OR b.usage_rows > b.most_rows * t.gap_step_factor
    )
)
SELECT
  s.model_as_logged,
  s.day,
  s.direction,
  s.usage_rows,
  s.other_days,
  s.nearest_rows,
  max(CASE WHEN m.day < s.day THEN m.last_at END) AS last_before,
  min(CASE WHEN m.day > s.day THEN m.first_at END) AS first_after
FROM stepped AS s
JOIN model_day AS m
  ON m.model_as_logged = s.model_as_logged
GROUP BY s.model_as_logged, s.day, s.direction, s.usage_rows, s.other_days, s.nearest_rows
