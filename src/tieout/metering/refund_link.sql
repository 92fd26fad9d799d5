-- refund_link: a refund row and the consumption it returns, where the amounts are equal.
-- Tasks are named by task id, other requests by request id; a refund without its origin is not
-- guessed at. The first refund of an amount returns the first consumption of that amount, the second
-- the second: one consumption is never returned twice, and later copies of a record take no part.
WITH entry AS (
  SELECT
    u.row_id,
    u.entry_kind,
    coalesce(u.task_id, u.request_id) AS origin,
    -- Equal units are one amount, whatever a unit is worth; units are never compared with money.
    u.charged_units IS NOT NULL AS in_units,
    coalesce(CAST(u.charged_units AS DECIMAL(38,21)),
      CASE WHEN u.entry_kind = 'refund' THEN -u.charged_cost ELSE u.charged_cost END) AS amount,
    -- By content first, so that another order of the rows gives the same pairs.
    row_number() OVER (
      PARTITION BY u.entry_kind, coalesce(u.task_id, u.request_id), u.charged_units IS NOT NULL,
        coalesce(CAST(u.charged_units AS DECIMAL(38,21)), u.charged_cost)
      ORDER BY u.occurred_at, u.payload_digest, u.row_id
    ) AS place
  FROM usage_record AS u
  LEFT JOIN usage_identity AS i
    ON i.row_id = u.row_id
  WHERE u.entry_kind IN ('consumption', 'refund')
    AND coalesce(u.task_id, u.request_id) IS NOT NULL
    AND (u.charged_units IS NOT NULL OR u.charged_cost IS NOT NULL)
    AND coalesce(i.identity, 'single') <> 'repeat'
)
SELECT
  f.row_id AS refund_row_id,
  c.row_id AS consumption_row_id
FROM entry AS f
JOIN entry AS c
  ON c.entry_kind = 'consumption' AND c.origin = f.origin AND c.in_units = f.in_units
  AND c.amount = f.amount AND c.place = f.place
WHERE f.entry_kind = 'refund'
