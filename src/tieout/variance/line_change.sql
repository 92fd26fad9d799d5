-- line_change: lines whose amounts, cause or state differ between two runs of one period (K1).
-- A line that one run has and the other has not stands here too: its amounts are null, not zero.
SELECT
  coalesce(n.line_key, o.line_key) AS line_key,
  CASE
    WHEN o.line_key IS NULL THEN 'new'
    WHEN n.line_key IS NULL THEN 'gone'
    ELSE 'changed' END AS change,
  coalesce(n.day, o.day) AS day,
  coalesce(n.source_model_id, o.source_model_id) AS source_model_id,
  coalesce(n.cost_center, o.cost_center) AS cost_center,
  coalesce(n.project, o.project) AS project,
  coalesce(n.currency, o.currency) AS currency,
  o.line_state AS old_state,
  n.line_state AS new_state,
  o.cause AS old_cause,
  n.cause AS new_cause,
  o.expected_cost AS old_expected_cost,
  n.expected_cost AS new_expected_cost,
  o.charged_cost AS old_charged_cost,
  n.charged_cost AS new_charged_cost,
  o.recorded_cost AS old_recorded_cost,
  n.recorded_cost AS new_recorded_cost,
  o.variance AS old_variance,
  n.variance AS new_variance
FROM old_line AS o
FULL OUTER JOIN new_line AS n
  ON n.line_key = o.line_key
WHERE o.line_key IS NULL
  OR n.line_key IS NULL
  OR o.line_state <> n.line_state
  OR o.cause <> n.cause
  OR o.expected_cost <> n.expected_cost
  OR o.recorded_cost <> n.recorded_cost
  OR o.charged_cost IS DISTINCT FROM n.charged_cost
