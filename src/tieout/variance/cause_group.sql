-- cause_group: open lines of one cause in one scope: what a person reviews (D16, V7).
-- Where the ledger holds charges, what the vendor charged above its price is one claim a model (D9).
-- Where booking and billing cancel, the group holds what billing is: their sum says nothing (D8).
WITH reviewed AS (
  SELECT
    cause, bucket, proof, source_model_id, cost_center, project, currency, day,
    CASE WHEN line_state = 'cancels' THEN billing_variance ELSE variance - basis_part END AS amount,
    variant, line_key
  FROM variance_line
  WHERE line_state IN ('open', 'cancels')
  UNION ALL
  SELECT
    k.cause, k.bucket, k.proof, v.source_model_id, CAST(NULL AS STRING) AS cost_center,
    CAST(NULL AS STRING) AS project, v.currency, v.day,
    v.overcharge AS amount, CAST(NULL AS STRING) AS variant, v.line_key
  FROM variance_line AS v
  JOIN cause_terms AS k
    ON k.cause = 'charged_above_price'
  WHERE v.overcharge > 0
)
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
  CAST(sum(amount) AS DECIMAL(38,21)) AS net,
  CAST(sum(CASE WHEN amount < 0 THEN -amount ELSE amount END) AS DECIMAL(38,21)) AS gross,
  min(variant) AS first_variant,
  count(DISTINCT variant) AS variants,
  min(line_key) AS example_line
FROM reviewed
GROUP BY cause, bucket, proof, source_model_id, cost_center, project, currency
