-- group_assumption: what the explanations assume that the lines of each cause group are filed under: what an
-- acceptance in later periods is bound to (D16). A price is named by its rates, since another capture of the same rates
-- is the same price; where several close a line, the first by that name. Of two causes together, both.
-- The scope of a rounding and the hours of a zone move with the calendar, and are no condition.
WITH price AS (
  SELECT price_set_id, concat('rates ', rates_digest) AS assumed FROM price_set
  UNION
  SELECT price_set_id, concat('rates ', rates_digest) AS assumed FROM check_set
  UNION
  SELECT price_set_id, concat('rates ', rates_digest) AS assumed FROM waiting_price
),
line AS (
  SELECT
    v.cause, v.bucket, v.proof, v.source_model_id, v.cost_center, v.project, v.currency,
    v.line_key,
    min(coalesce(p.assumed, c.variant)) AS assumed
  FROM variance_line AS v
  JOIN cause_candidate AS c
    ON c.line_key = v.line_key AND c.cause = v.cause
  LEFT JOIN price AS p
    ON p.price_set_id = c.variant
  WHERE v.line_state = 'open' AND v.first_cause IS NULL AND v.cause NOT IN ('declared_rounding', 'other_zone')
  GROUP BY
    v.cause, v.bucket, v.proof, v.source_model_id, v.cost_center, v.project, v.currency, v.line_key
  UNION ALL
  SELECT
    v.cause, v.bucket, v.proof, v.source_model_id, v.cost_center, v.project, v.currency,
    v.line_key,
    concat(coalesce(p.assumed, v.first_variant), ' and ', coalesce(q.assumed, v.second_variant)) AS assumed
  FROM variance_line AS v
  LEFT JOIN price AS p
    ON p.price_set_id = v.first_variant
  LEFT JOIN price AS q
    ON q.price_set_id = v.second_variant
  WHERE v.line_state = 'open' AND v.first_cause IS NOT NULL
)
SELECT DISTINCT cause, bucket, proof, source_model_id, cost_center, project, currency, assumed
FROM line
