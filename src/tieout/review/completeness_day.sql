-- completeness_day: per reporting day, the rows of both legs and the calls that did not complete (U6).
WITH usage_day_rows AS (
  SELECT
    u.usage_day AS day,
    count(*) AS usage_rows,
    count(CASE WHEN u.outcome = 'failed' THEN 1 END) AS failed,
    count(CASE WHEN u.outcome = 'timed_out' THEN 1 END) AS timed_out
  FROM usage_record AS u
  WHERE u.period_window = 'period' AND u.entry_kind = 'consumption'
  GROUP BY u.usage_day
),
retried_day_rows AS (
  -- An id on more than one attempt of a day was retried.
  SELECT day, count(*) AS retried
  FROM (
    SELECT usage_day AS day, request_id
    FROM usage_record
    WHERE period_window = 'period' AND entry_kind = 'consumption' AND request_id IS NOT NULL
    GROUP BY usage_day, request_id
    HAVING count(DISTINCT payload_digest) > 1
  ) AS repeated
  GROUP BY day
),
ledger_day_rows AS (
  SELECT ledger_day AS day, count(*) AS ledger_rows
  FROM ledger_record
  WHERE period_window = 'period'
  GROUP BY ledger_day
)
SELECT
  coalesce(u.day, l.day) AS day,
  coalesce(u.usage_rows, 0) AS usage_rows,
  coalesce(l.ledger_rows, 0) AS ledger_rows,
  coalesce(u.failed, 0) AS failed,
  coalesce(r.retried, 0) AS retried,
  coalesce(u.timed_out, 0) AS timed_out
FROM usage_day_rows AS u
FULL OUTER JOIN ledger_day_rows AS l
  ON l.day = u.day
LEFT JOIN retried_day_rows AS r
  ON r.day = coalesce(u.day, l.day)
