-- unmatched_item: lines that one leg has and the other has not, of this run and of those before it.
-- Each item is once in here, in one state: open; cleared, where its counterpart came and ties out; or
-- gone, where a later run of its own period has no such item any more. What could not be compared,
-- and what the margin or a rounding explains, is no item.
WITH own AS (
  SELECT
    line_key, grain, day, source_model_id, cost_center, project, currency, cause, bucket, proof,
    CASE WHEN ledger_rows = 0 THEN 'usage' ELSE 'ledger' END AS side,
    CAST(variance - basis_part AS DECIMAL(38,21)) AS amount
  FROM variance_line
  WHERE line_state = 'open' AND (usage_rows = 0 OR ledger_rows = 0)
    -- What may clear an item of before, or be another day's, is open in both places.
    AND (bucket NOT IN ('timing', 'rounding') OR (cause = 'clears_carried' AND proof <> 'proved'))
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
  o.amount, o.cause, o.bucket, o.proof,
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
  i.amount, i.cause, i.bucket, i.proof,
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
  i.amount, i.cause, i.bucket, i.proof,
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
