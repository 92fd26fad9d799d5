-- unmatched_total: unmatched items by period, state and cause group, with their money and first day.
SELECT
  origin,
  item_period,
  side,
  state,
  landed_in,
  cause,
  bucket,
  proof,
  source_model_id,
  cost_center,
  project,
  currency,
  count(*) AS items,
  CAST(sum(amount) AS DECIMAL(38,21)) AS amount,
  min(day) AS first_day,
  min(first_seen) AS first_seen,
  min(first_run) AS first_run,
  max(landed_day) AS landed_day,
  min(line_key) AS example_line
FROM unmatched_item
GROUP BY
  origin, item_period, side, state, landed_in, cause, bucket, proof, source_model_id, cost_center,
  project, currency
