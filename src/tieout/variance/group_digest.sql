-- group_digest: what the author of a decision saw of a cause group, as two sums (D16, D24).
-- Each line is one text (its key, its day, its rows, its amounts), each rate a line was calculated
-- with another; every text is hashed and the hashes are added, so that order changes nothing. The
-- same prices captured at another time are the same rates, and give the same sums.
WITH reviewed AS (
  SELECT
    cause, bucket, proof, source_model_id, cost_center, project, currency, line_key, day,
    usage_rows, ledger_rows, expected_cost, basis_cost, charged_cost, recorded_cost, second_cause,
    second_effect,
    CASE WHEN line_state = 'cancels' THEN billing_variance ELSE variance - basis_part END AS amount
  FROM variance_line
  WHERE line_state IN ('open', 'cancels')
  UNION ALL
  SELECT
    k.cause, k.bucket, k.proof, v.source_model_id, CAST(NULL AS STRING) AS cost_center,
    CAST(NULL AS STRING) AS project, v.currency, v.line_key, v.day,
    v.usage_rows, v.ledger_rows, v.expected_cost, v.basis_cost, v.charged_cost, v.recorded_cost,
    CAST(NULL AS STRING) AS second_cause, CAST(0 AS DECIMAL(38,21)) AS second_effect,
    v.overcharge AS amount
  FROM variance_line AS v
  JOIN cause_terms AS k
    ON k.cause = 'charged_above_price'
  WHERE v.overcharge > 0
),
member AS (
  SELECT line_key, row_id
  FROM open_row
  UNION ALL
  SELECT v.line_key, k.row_id
  FROM variance_line AS v
  JOIN match_member AS k
    ON k.line_key = v.line_key AND k.leg = 'usage' AND k.period_window = 'period'
  WHERE (v.overcharge > 0 OR v.line_state = 'cancels') AND v.line_state <> 'open'
),
rate AS (
  SELECT m.line_key, q.meter, q.unit_rate, CAST(sum(q.quantity) AS DECIMAL(38,3)) AS quantity
  FROM member AS m
  JOIN rated_meter AS q
    ON q.row_id = m.row_id
  GROUP BY m.line_key, q.meter, q.unit_rate
),
said AS (
  SELECT
    cause, bucket, proof, source_model_id, cost_center, project, currency, 1 AS lines,
    concat_ws('|', 'line', CAST(length(line_key) AS STRING), line_key, CAST(day AS STRING),
      CAST(usage_rows AS STRING), CAST(ledger_rows AS STRING),
      CAST(expected_cost AS STRING), CAST(basis_cost AS STRING),
      coalesce(CAST(charged_cost AS STRING), '~'), CAST(recorded_cost AS STRING),
      CAST(CAST(amount AS DECIMAL(38,21)) AS STRING),
      -- Of two causes together, what each adds is part of what was seen.
      CASE WHEN second_cause IS NOT NULL
        THEN CAST(CAST(second_effect AS DECIMAL(38,21)) AS STRING) END) AS text
  FROM reviewed
  UNION ALL
  SELECT
    v.cause, v.bucket, v.proof, v.source_model_id, v.cost_center, v.project, v.currency, 0 AS lines,
    concat_ws('|', 'rate', CAST(length(v.line_key) AS STRING), v.line_key, r.meter,
      CAST(r.unit_rate AS STRING), CAST(r.quantity AS STRING)) AS text
  FROM reviewed AS v
  JOIN rate AS r
    ON r.line_key = v.line_key
),
hashed AS (
  -- Hexadecimal digits as decimal ones: the engines read hexadecimal numbers apart.
  SELECT
    cause, bucket, proof, source_model_id, cost_center, project, currency, lines,
    translate(md5(text), 'abcdef', '012345') AS digits
  FROM said
)
SELECT
  cause,
  bucket,
  proof,
  source_model_id,
  cost_center,
  project,
  currency,
  CAST(sum(lines) AS BIGINT) AS lines,
  CAST(sum(CAST(substr(digits, 1, 16) AS DECIMAL(38,0))) AS STRING) AS first_sum,
  CAST(sum(CAST(substr(digits, 17, 16) AS DECIMAL(38,0))) AS STRING) AS second_sum
FROM hashed
GROUP BY cause, bucket, proof, source_model_id, cost_center, project, currency
