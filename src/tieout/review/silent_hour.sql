-- silent_hour: hours without a call that have calls on every other day there is (U6).
-- Only hours between the first and the last call count, on days that have calls at all; an hour that
-- a change of the clock leaves out is none. Hours of one gap lie between the same two calls.
WITH bounds AS (
  SELECT scope, key_name, min(first_at) AS first_at, max(last_at) AS last_at
  FROM usage_hour
  GROUP BY scope, key_name
),
usual AS (
  SELECT scope, key_name, hour, count(*) AS days, min(usage_rows) AS fewest_rows
  FROM usage_hour
  GROUP BY scope, key_name, hour
),
called_day AS (
  SELECT DISTINCT day FROM usage_hour WHERE scope = 'all'
),
every_hour AS (
  -- Each usual hour of each day, as an instant; a repeated hour is one.
  SELECT
    s.scope,
    s.key_name,
    s.hour,
    s.days,
    s.fewest_rows,
    d.day,
    b.first_at,
    b.last_at,
    min(CAST(d.day AS TIMESTAMP) + s.hour * INTERVAL '1' HOUR - z.offset_seconds * INTERVAL '1' SECOND)
      AS began_at
  FROM usual AS s
  CROSS JOIN called_day AS d
  JOIN bounds AS b
    ON b.scope = s.scope AND coalesce(b.key_name, '') = coalesce(s.key_name, '')
  JOIN zone_offset AS z
    ON CAST(d.day AS TIMESTAMP) + s.hour * INTERVAL '1' HOUR
        - z.offset_seconds * INTERVAL '1' SECOND >= z.utc_from
    AND CAST(d.day AS TIMESTAMP) + s.hour * INTERVAL '1' HOUR
        - z.offset_seconds * INTERVAL '1' SECOND < z.utc_until
  GROUP BY s.scope, s.key_name, s.hour, s.days, s.fewest_rows, d.day, b.first_at, b.last_at
),
asked AS (
  SELECT
    e.scope,
    e.key_name,
    e.hour,
    e.day,
    e.days,
    e.fewest_rows,
    e.began_at,
    h.usage_rows,
    count(*) OVER (PARTITION BY e.scope, e.key_name, e.hour) AS days_asked
  FROM every_hour AS e
  LEFT JOIN usage_hour AS h
    ON h.scope = e.scope AND coalesce(h.key_name, '') = coalesce(e.key_name, '')
    AND h.day = e.day AND h.hour = e.hour
  WHERE e.began_at >= e.first_at
    AND e.began_at + INTERVAL '1' HOUR <= e.last_at
    OR h.usage_rows > 0
)
SELECT
  a.scope,
  a.key_name,
  a.day,
  a.hour,
  a.began_at,
  a.days AS other_days,
  a.fewest_rows,
  max(CASE WHEN h.last_at < a.began_at THEN h.last_at END) AS last_before,
  min(CASE WHEN h.first_at > a.began_at THEN h.first_at END) AS first_after
FROM asked AS a
CROSS JOIN policy_terms AS t
JOIN usage_hour AS h
  ON h.scope = a.scope AND coalesce(h.key_name, '') = coalesce(a.key_name, '')
WHERE a.usage_rows IS NULL
  AND a.days = a.days_asked - 1
  AND a.days >= t.gap_least_days
GROUP BY a.scope, a.key_name, a.day, a.hour, a.began_at, a.days, a.fewest_rows
