-- group_explanation: what closes the lines of the five hundred largest cause groups: the assumptions they are filed
-- under, and those that stand beside them, each with its lines and their money. The most lines first; of
-- each group the first twelve, and how many there are.
WITH found AS (
  SELECT DISTINCT line_key, cause, variant FROM cause_candidate
),
largest AS (
  SELECT
    cause, bucket, proof, source_model_id, cost_center, project, currency,
    row_number() OVER (
      ORDER BY gross DESC, cause, source_model_id NULLS LAST, cost_center NULLS LAST, project NULLS LAST,
        currency NULLS LAST, bucket, proof
    ) AS place
  FROM cause_group
),
counted AS (
  SELECT
    v.cause, v.bucket, v.proof, v.source_model_id, v.cost_center, v.project, v.currency,
    f.cause AS closing_cause,
    f.variant,
    f.cause = v.cause AND f.variant = v.variant AS is_filed,
    count(*) AS lines,
    CAST(sum(v.variance - v.basis_part) AS DECIMAL(38,21)) AS net
  FROM variance_line AS v
  JOIN found AS f
    ON f.line_key = v.line_key
  WHERE v.line_state = 'open'
  GROUP BY
    v.cause, v.bucket, v.proof, v.source_model_id, v.cost_center, v.project, v.currency, f.cause, f.variant,
    f.cause = v.cause AND f.variant = v.variant
),
placed AS (
  SELECT
    c.cause, c.bucket, c.proof, c.source_model_id, c.cost_center, c.project, c.currency, c.closing_cause,
    c.variant, c.is_filed, c.lines, c.net,
    row_number() OVER (
      PARTITION BY c.cause, c.bucket, c.proof, c.source_model_id, c.cost_center, c.project, c.currency
      ORDER BY CASE WHEN c.is_filed THEN 0 ELSE 1 END, c.lines DESC, k.precedence, c.variant
    ) AS place,
    count(*) OVER (
      PARTITION BY c.cause, c.bucket, c.proof, c.source_model_id, c.cost_center, c.project, c.currency
    ) AS explanations
  FROM counted AS c
  JOIN cause_terms AS k
    ON k.cause = c.closing_cause
  JOIN largest AS g
    ON g.cause = c.cause AND g.bucket = c.bucket AND g.proof = c.proof
    AND g.source_model_id IS NOT DISTINCT FROM c.source_model_id
    AND g.cost_center IS NOT DISTINCT FROM c.cost_center
    AND g.project IS NOT DISTINCT FROM c.project AND g.currency IS NOT DISTINCT FROM c.currency
    AND g.place <= 500
)
SELECT
  cause, bucket, proof, source_model_id, cost_center, project, currency, closing_cause, variant, is_filed, lines,
  net, CAST(place AS BIGINT) AS place, explanations
FROM placed
WHERE place <= 12
