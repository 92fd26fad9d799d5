-- cause_group: open lines of one cause in one scope: what a person reviews (D16, V7).
SELECT
  cause,
  bucket,
  proof,
  source_model_id,
  cost_center,
  project,
  currency,
  min(day) AS first_day,
  max(day) AS last_day,
  count(*) AS lines,
  CAST(sum(variance) AS DECIMAL(38,21)) AS net,
  CAST(sum(CASE WHEN variance < 0 THEN -variance ELSE variance END) AS DECIMAL(38,21)) AS gross,
  min(variant) AS first_variant,
  count(DISTINCT variant) AS variants,
  min(line_key) AS example_line
FROM variance_line
WHERE line_state = 'open'
GROUP BY cause, bucket, proof, source_model_id, cost_center, project, currency
