-- usage_hour: our calls per hour of the reporting zone, in all and of each key (U6).
SELECT
  o.scope,
  CASE WHEN o.scope = 'key' THEN u.key_name END AS key_name,
  u.usage_day AS day,
  CAST(substr(CAST(u.occurred_at + z.offset_seconds * INTERVAL '1' SECOND AS STRING), 12, 2)
    AS BIGINT) AS hour,
  count(*) AS usage_rows,
  min(u.occurred_at) AS first_at,
  max(u.occurred_at) AS last_at
FROM usage_record AS u
CROSS JOIN policy_terms AS t
JOIN zone_offset AS z
  ON u.occurred_at >= z.utc_from AND u.occurred_at < z.utc_until
CROSS JOIN (
  SELECT 'all' AS scope
  UNION ALL
  SELECT 'key' AS scope
) AS o
WHERE t.gap_least_days > 0
  AND u.period_window = 'period'
  AND u.entry_kind = 'consumption'
  AND (o.scope = 'all' OR u.key_name IS NOT NULL)
GROUP BY
  o.scope,
  CASE WHEN o.scope = 'key' THEN u.key_name END,
  u.usage_day,
  CAST(substr(CAST(u.occurred_at + z.offset_seconds * INTERVAL '1' SECOND AS STRING), 12, 2)
    AS BIGINT)
