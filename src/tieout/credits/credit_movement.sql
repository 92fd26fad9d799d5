-- credit_movement: every change of the prepaid balance that is on record, in whole units added to it
-- (B1): calls and what came back of them from the log, everything else from the movement lists.
-- A row of the log moves the balance when it is written, which is the end of its call. A copy of a
-- record moves nothing twice; what a subscription paid moves the balance by what the row says, or not.
WITH logged AS (
  SELECT
    r.row_id,
    coalesce(r.ended_at, r.occurred_at) AS moved_at,
    r.occurred_at AS began_at,
    r.entry_kind AS kind,
    coalesce(r.funding, 'wallet') AS funding,
    CASE WHEN r.funding = 'subscription' THEN coalesce(r.wallet_units, 0)
      ELSE r.charged_units END AS taken_units,
    r.charged_units,
    r.task_id,
    r.cost_center,
    r.project
  FROM usage_reading AS r
  LEFT JOIN usage_identity AS i
    ON i.row_id = r.row_id
  WHERE r.entry_kind IN ('consumption', 'refund')
    AND r.charged_units IS NOT NULL
    AND coalesce(i.identity, 'single') <> 'repeat'
),
moved AS (
  SELECT
    concat('row ', CAST(l.row_id AS STRING)) AS movement_id,
    l.moved_at,
    l.began_at,
    l.kind,
    l.funding,
    CAST(CASE WHEN l.kind = 'refund' THEN l.taken_units ELSE -l.taken_units END AS DECIMAL(15,3))
      AS units,
    CAST(CASE WHEN l.kind = 'refund' THEN l.charged_units ELSE -l.charged_units END
      AS DECIMAL(15,3)) AS charged_units,
    l.row_id,
    l.task_id,
    l.cost_center,
    l.project,
    CAST(NULL AS STRING) AS list_id
  FROM logged AS l
  UNION ALL
  SELECT
    concat(s.list_id, ' line ', CAST(s.line AS STRING)) AS movement_id,
    s.moved_at,
    s.moved_at AS began_at,
    s.kind,
    'wallet' AS funding,
    s.units,
    s.units AS charged_units,
    CAST(NULL AS BIGINT) AS row_id,
    CAST(NULL AS STRING) AS task_id,
    CAST(NULL AS STRING) AS cost_center,
    CAST(NULL AS STRING) AS project,
    s.list_id
  FROM stated_movement AS s
)
SELECT
  m.movement_id,
  m.moved_at,
  m.began_at,
  CASE
    WHEN m.moved_at < b.period_start THEN 'before'
    WHEN m.moved_at < b.period_end THEN 'period'
    ELSE 'after'
  END AS movement_window,
  m.kind,
  m.funding,
  m.units,
  m.charged_units,
  m.row_id,
  m.task_id,
  m.cost_center,
  m.project,
  m.list_id
FROM moved AS m
CROSS JOIN period_bounds AS b
