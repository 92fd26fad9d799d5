-- settlement_link: a row that settles a call at another charge than the one first taken, and that call.
-- A task is charged when it is submitted; what it used in the end comes as a row of the difference. A
-- refund of less than was taken is one; a further charge is one where the row itself says so. Tasks are
-- named by task id, other calls by request id. Where more was given back than was ever taken, nothing
-- says of what, and no refund is linked; nor is a row without its call. Records that are repeated or
-- contradict one another take no part. What settles a call of another period is a cost of the period
-- it came in (D6).
WITH entry AS (
  SELECT
    u.row_id,
    u.entry_kind,
    u.occurred_at,
    u.payload_digest,
    coalesce(u.task_id, u.request_id) AS origin,
    -- Units are never added to money, nor one money to another (D7).
    CASE WHEN u.charged_units IS NOT NULL THEN 'units'
      ELSE coalesce(u.charge_currency, 'unknown') END AS counted_in,
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
    AND coalesce(i.identity, 'single') = 'single'
),
candidate AS (
  SELECT e.row_id, e.entry_kind, e.origin, e.counted_in
  FROM entry AS e
  LEFT JOIN refund_link AS f
    ON f.refund_row_id = e.row_id
  WHERE e.amount >= 0 AND f.refund_row_id IS NULL
    AND (e.entry_kind = 'refund' OR e.says_so)
),
moved AS (
  SELECT
    origin,
    counted_in,
    sum(CASE WHEN entry_kind = 'consumption' THEN amount ELSE 0 END) AS taken,
    sum(CASE WHEN entry_kind = 'refund' THEN amount ELSE 0 END) AS given_back
  FROM entry
  WHERE origin IN (SELECT origin FROM candidate)
  GROUP BY origin, counted_in
),
call AS (
  -- The first that was charged and did not come back whole.
  SELECT
    e.row_id,
    e.origin,
    e.counted_in,
    row_number() OVER (
      PARTITION BY e.origin, e.counted_in
      ORDER BY CASE WHEN f.consumption_row_id IS NULL THEN 0 ELSE 1 END,
        CASE WHEN e.amount > 0 THEN 0 ELSE 1 END, e.occurred_at, e.payload_digest, e.row_id
    ) AS place
  FROM entry AS e
  LEFT JOIN (SELECT DISTINCT consumption_row_id FROM refund_link) AS f
    ON f.consumption_row_id = e.row_id
  WHERE e.entry_kind = 'consumption' AND NOT e.says_so
    AND e.origin IN (SELECT origin FROM candidate)
)
SELECT
  e.row_id,
  c.row_id AS call_row_id
FROM candidate AS e
JOIN call AS c
  ON c.origin = e.origin AND c.counted_in = e.counted_in AND c.place = 1
JOIN moved AS m
  ON m.origin = e.origin AND m.counted_in = e.counted_in
WHERE e.entry_kind = 'consumption' OR m.given_back <= m.taken
