-- unmatched_item: lines that one leg has and the other has not, of this run and of those before it.
-- Each item is once in here, in one state: open; cleared, where its counterpart came and ties out; or
-- gone, where a later run of its own period has no such item any more. What could not be compared, what a
-- rounding explains, and what is proved to stand on another day or in the margin is no item.
WITH one_sided AS (
  SELECT
    line_key, grain, day, source_model_id, cost_center, project, currency, cause, bucket, proof,
    CASE WHEN ledger_rows = 0 THEN 'usage' ELSE 'ledger' END AS side,
    CAST(variance - basis_part AS DECIMAL(38,21)) AS amount
  FROM variance_line
  WHERE line_state = 'open' AND (usage_rows = 0 OR ledger_rows = 0)
    -- What may clear an item of before, or be another day's, is open in both places.
    AND bucket <> 'rounding' AND (bucket <> 'timing' OR proof <> 'proved')
),
grouped AS (
  -- What the group of a line with an id would be; rows of several groups have none.
  SELECT o.line_key, min(m.group_key) AS group_key
  FROM one_sided AS o
  JOIN match_member AS k
    ON k.line_key = o.line_key AND k.leg = o.side AND k.period_window = 'period'
  JOIN (
    SELECT 'usage' AS leg, row_id, group_key FROM usage_member
    UNION ALL
    SELECT 'ledger' AS leg, row_id, group_key FROM ledger_member
  ) AS m
    ON m.leg = k.leg AND m.row_id = k.row_id
  WHERE o.grain = 'request'
  GROUP BY o.line_key
  HAVING count(DISTINCT m.group_key) = 1
),
own AS (
  SELECT
    o.line_key, o.grain, o.day, o.source_model_id, o.cost_center, o.project, o.currency, o.cause, o.bucket,
    o.proof, o.side, o.amount,
    CASE WHEN o.grain = 'group' THEN substr(o.line_key, 7) ELSE g.group_key END AS group_key
  FROM one_sided AS o
  LEFT JOIN grouped AS g
    ON g.line_key = o.line_key
),
met AS (
  -- A line whose item is there no more: its counterpart came, or no more than an amount that fits.
  SELECT line_key, day,
    (line_state IN ('ties_out', 'cancels') AND usage_rows > 0 AND ledger_rows > 0)
    OR (line_state = 'open' AND (bucket = 'rounding' OR (bucket = 'timing' AND proof = 'proved')))
      AS is_cleared
  FROM variance_line
)
SELECT
  'run' AS origin,
  CAST(NULL AS STRING) AS item_period,
  CAST(NULL AS STRING) AS item_run,
  i.first_run,
  i.first_seen,
  o.line_key, o.side, o.grain, o.day, o.source_model_id, o.cost_center, o.project, o.currency,
  o.amount, o.cause, o.bucket, o.proof, o.group_key,
  'open' AS state,
  CAST(NULL AS STRING) AS landed_in,
  CAST(NULL AS STRING) AS met_line,
  CAST(NULL AS DATE) AS landed_day,
  CAST(NULL AS STRING) AS landed_import
FROM own AS o
LEFT JOIN carried_item AS i
  ON i.line_key = o.line_key AND i.side = o.side AND i.own_period
UNION ALL
SELECT
  'before' AS origin,
  i.item_period, i.item_run, i.first_run, i.first_seen,
  i.line_key, i.side, i.grain, i.day, i.source_model_id, i.cost_center, i.project, i.currency,
  i.amount, i.cause, i.bucket, i.proof, i.group_key,
  CASE WHEN v.is_cleared THEN 'cleared' ELSE 'gone' END AS state,
  CASE WHEN v.is_cleared THEN 'period' END AS landed_in,
  v.line_key AS met_line,
  v.day AS landed_day,
  CAST(NULL AS STRING) AS landed_import
FROM carried_item AS i
LEFT JOIN own AS o
  ON o.line_key = i.line_key AND o.side = i.side
LEFT JOIN met AS v
  ON v.line_key = i.line_key
WHERE i.own_period AND o.line_key IS NULL
UNION ALL
SELECT
  'carried' AS origin,
  i.item_period, i.item_run, i.first_run, i.first_seen,
  i.line_key, i.side, i.grain, i.day, i.source_model_id, i.cost_center, i.project, i.currency,
  i.amount, i.cause, i.bucket, i.proof, i.group_key,
  CASE WHEN c.line_key IS NULL THEN 'open' ELSE 'cleared' END AS state,
  c.landed_in,
  c.met_line,
  c.landed_day,
  c.landed_import
FROM carried_item AS i
LEFT JOIN (
  SELECT
    w.item_period, w.line_key, w.side, w.met_line, w.landed_in, w.landed_day, w.landed_import
  FROM carried_line AS w
  LEFT JOIN variance_line AS v
    ON v.line_key = w.met_line
  -- In the period a rival cause leaves nothing proved, and the item open (L7).
  WHERE w.clears
    AND (w.landed_in = 'late' OR (v.cause = 'clears_carried' AND v.proof = 'proved'))
) AS c
  ON c.item_period = i.item_period AND c.line_key = i.line_key AND c.side = i.side
WHERE NOT i.own_period
