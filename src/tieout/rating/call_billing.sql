-- call_billing: each call that did not simply complete: its kind, and whether a verified contract item
-- says that it is billed (U2, D7). Where none does, billable is null: the call is a range. What settles
-- a call at another charge is a kind of its own.
-- A failed call whose id stands on a call that completed is an attempt that was retried.
WITH kept AS (
  SELECT
    u.row_id,
    u.occurred_at,
    p.price_set_id,
    CASE
      WHEN g.consumption_row_id IS NOT NULL THEN 'refunded'
      WHEN l.row_id IS NOT NULL THEN 'settled'
      WHEN u.outcome = 'failed' AND a.request_id IS NOT NULL THEN 'retried'
      ELSE u.outcome
    END AS call_kind
  FROM usage_record AS u
  JOIN usage_price AS p
    ON p.row_id = u.row_id
  LEFT JOIN settlement_link AS l
    ON l.row_id = u.row_id
  LEFT JOIN (SELECT DISTINCT consumption_row_id FROM refund_link) AS g
    ON g.consumption_row_id = u.row_id
  LEFT JOIN (
    SELECT DISTINCT f.request_id
    FROM usage_record AS f
    JOIN usage_record AS c
      ON c.request_id = f.request_id AND c.entry_kind = 'consumption' AND c.outcome = 'completed'
    WHERE f.entry_kind = 'consumption' AND f.outcome = 'failed'
  ) AS a
    ON a.request_id = u.request_id
  WHERE l.row_id IS NOT NULL
    OR (u.entry_kind = 'consumption'
      AND (u.outcome <> 'completed' OR g.consumption_row_id IS NOT NULL))
)
SELECT k.row_id, k.call_kind, r.billable
FROM kept AS k
LEFT JOIN price_vendor AS v
  ON v.price_set_id = k.price_set_id
LEFT JOIN billing_rule AS r
  ON r.vendor = v.vendor AND r.call_kind = k.call_kind
  AND (r.holds_from IS NULL OR k.occurred_at >= r.holds_from)
  AND (r.holds_until IS NULL OR k.occurred_at < r.holds_until)
