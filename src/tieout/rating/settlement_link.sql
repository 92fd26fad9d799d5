-- settlement_link: a row that settles a call at another charge than the one first taken, and that call.
-- A task is charged when it is submitted; what it used in the end comes as a row of the difference. A
-- refund of less than was taken is one; a further charge is one where the row itself says so. Tasks are
-- named by task id, other requests by request id. Where more was given back than was ever taken,
-- nothing says of what, and no row is linked; nor is a row without its call. Later copies of a record
-- take no part. What settles a call of another period is a cost of the period it came in (D6).
WITH entry AS (
  SELECT
    u.row_id,
    u.entry_kind,
    u.occurred_at,
    u.payload_digest,
    coalesce(u.task_id, u.request_id) AS origin,
    -- Units are never added to money.
    u.charged_units IS NOT NULL AS in_units,
    coalesce(CAST(u.charged_units AS DECIMAL(38,21)),
      CASE WHEN u.entry_kind = 'refund' THEN -u.charged_cost ELSE u.charged_cost END) AS amount,
    coalesce(s.formula = 'settlement', FALSE) AS says_so
  FROM usage_record AS u
  LEFT JOIN usage_identity AS i
    ON i.row_id = u.row_id
  LEFT JOIN charge_sum AS s
    ON s.row_id = u.row_id
  WHERE u.entry_kind IN ('consumption', 'refund')
    AND coalesce(u.task_id, u.request_id) IS NOT NULL
    AND (u.charged_units IS NOT NULL OR u.charged_cost IS NOT NULL)
    AND coalesce(i.identity, 'single') <> 'repeat'
),
candidate AS (
  SELECT e.row_id, e.origin, e.in_units
  FROM entry AS e
  LEFT JOIN refund_link AS f
    ON f.refund_row_id = e.row_id
  WHERE e.amount > 0 AND f.refund_row_id IS NULL
    AND (e.entry_kind = 'refund' OR e.says_so)
),
moved AS (
  SELECT
    origin,
    in_units,
    sum(CASE WHEN entry_kind = 'consumption' THEN amount ELSE 0 END) AS taken,
    sum(CASE WHEN entry_kind = 'refund' THEN amount ELSE 0 END) AS given_back
  FROM entry
  WHERE origin IN (SELECT origin FROM candidate)
  GROUP BY origin, in_units
),
call AS (
  SELECT
    row_id,
    origin,
    in_units,
    row_number() OVER (
      PARTITION BY origin, in_units ORDER BY occurred_at, payload_digest, row_id
    ) AS place
  FROM entry
  WHERE entry_kind = 'consumption' AND NOT says_so AND amount > 0
    AND origin IN (SELECT origin FROM candidate)
)
SELECT
  e.row_id,
  c.row_id AS call_row_id
FROM candidate AS e
JOIN call AS c
  ON c.origin = e.origin AND c.in_units = e.in_units AND c.place = 1
JOIN moved AS m
  ON m.origin = e.origin AND m.in_units = e.in_units
WHERE m.given_back <= m.taken
