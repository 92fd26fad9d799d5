-- effect_total: from expected to recorded through named effects: what each cause makes of the variance, part
-- by part, for each currency and for each day, model, cost center and project in it (V3). All effects of
-- a scope add up to its variance; plus and minus stand apart, so that no net hides them (V6).
-- Where two causes close a line together, each is an effect of its own (D15).
WITH effect AS (
  SELECT
    v.day,
    v.source_model_id,
    v.cost_center,
    v.project,
    v.currency,
    coalesce(v.first_cause, v.cause) AS cause,
    v.proof,
    v.basis_part,
    CASE WHEN k.part = 'rate' THEN v.rate_part - v.second_effect ELSE v.rate_part END AS rate_part,
    CASE WHEN k.part = 'quantity' THEN v.quantity_part - v.second_effect
      ELSE v.quantity_part END AS quantity_part,
    v.mapping_part,
    v.timing_part,
    v.rounding_part,
    v.unknown_part
  FROM variance_line AS v
  LEFT JOIN cause_terms AS k
    ON k.cause = v.second_cause
  UNION ALL
  SELECT
    v.day, v.source_model_id, v.cost_center, v.project, v.currency, v.second_cause AS cause, v.proof,
    0 AS basis_part,
    CASE WHEN k.part = 'rate' THEN v.second_effect ELSE 0 END AS rate_part,
    CASE WHEN k.part = 'quantity' THEN v.second_effect ELSE 0 END AS quantity_part,
    0 AS mapping_part, 0 AS timing_part, 0 AS rounding_part, 0 AS unknown_part
  FROM variance_line AS v
  JOIN cause_terms AS k
    ON k.cause = v.second_cause
),
fine AS (
  SELECT
    day,
    source_model_id,
    cost_center,
    project,
    currency,
    cause,
    proof,
    count(CASE WHEN basis_part <> 0 THEN 1 END) AS basis_lines,
    sum(CASE WHEN basis_part > 0 THEN basis_part ELSE 0 END) AS basis_plus,
    sum(CASE WHEN basis_part < 0 THEN basis_part ELSE 0 END) AS basis_minus,
    count(CASE WHEN rate_part <> 0 THEN 1 END) AS rate_lines,
    sum(CASE WHEN rate_part > 0 THEN rate_part ELSE 0 END) AS rate_plus,
    sum(CASE WHEN rate_part < 0 THEN rate_part ELSE 0 END) AS rate_minus,
    count(CASE WHEN quantity_part <> 0 THEN 1 END) AS quantity_lines,
    sum(CASE WHEN quantity_part > 0 THEN quantity_part ELSE 0 END) AS quantity_plus,
    sum(CASE WHEN quantity_part < 0 THEN quantity_part ELSE 0 END) AS quantity_minus,
    count(CASE WHEN mapping_part <> 0 THEN 1 END) AS mapping_lines,
    sum(CASE WHEN mapping_part > 0 THEN mapping_part ELSE 0 END) AS mapping_plus,
    sum(CASE WHEN mapping_part < 0 THEN mapping_part ELSE 0 END) AS mapping_minus,
    count(CASE WHEN timing_part <> 0 THEN 1 END) AS timing_lines,
    sum(CASE WHEN timing_part > 0 THEN timing_part ELSE 0 END) AS timing_plus,
    sum(CASE WHEN timing_part < 0 THEN timing_part ELSE 0 END) AS timing_minus,
    count(CASE WHEN rounding_part <> 0 THEN 1 END) AS rounding_lines,
    sum(CASE WHEN rounding_part > 0 THEN rounding_part ELSE 0 END) AS rounding_plus,
    sum(CASE WHEN rounding_part < 0 THEN rounding_part ELSE 0 END) AS rounding_minus,
    count(CASE WHEN unknown_part <> 0 THEN 1 END) AS unknown_lines,
    sum(CASE WHEN unknown_part > 0 THEN unknown_part ELSE 0 END) AS unknown_plus,
    sum(CASE WHEN unknown_part < 0 THEN unknown_part ELSE 0 END) AS unknown_minus
  FROM effect
  GROUP BY day, source_model_id, cost_center, project, currency, cause, proof
),
part AS (
  SELECT day, source_model_id, cost_center, project, currency, 'basis' AS cause, 'none' AS proof,
    'basis' AS part, basis_lines AS lines, basis_plus AS plus_cost, basis_minus AS minus_cost
  FROM fine
  WHERE basis_lines > 0
  UNION ALL
  SELECT day, source_model_id, cost_center, project, currency, cause, proof,
    'rate' AS part, rate_lines AS lines, rate_plus AS plus_cost, rate_minus AS minus_cost
  FROM fine
  WHERE rate_lines > 0
  UNION ALL
  SELECT day, source_model_id, cost_center, project, currency, cause, proof,
    'quantity' AS part, quantity_lines AS lines, quantity_plus AS plus_cost, quantity_minus AS minus_cost
  FROM fine
  WHERE quantity_lines > 0
  UNION ALL
  SELECT day, source_model_id, cost_center, project, currency, cause, proof,
    'mapping' AS part, mapping_lines AS lines, mapping_plus AS plus_cost, mapping_minus AS minus_cost
  FROM fine
  WHERE mapping_lines > 0
  UNION ALL
  SELECT day, source_model_id, cost_center, project, currency, cause, proof,
    'timing' AS part, timing_lines AS lines, timing_plus AS plus_cost, timing_minus AS minus_cost
  FROM fine
  WHERE timing_lines > 0
  UNION ALL
  SELECT day, source_model_id, cost_center, project, currency, cause, proof,
    'rounding' AS part, rounding_lines AS lines, rounding_plus AS plus_cost, rounding_minus AS minus_cost
  FROM fine
  WHERE rounding_lines > 0
  UNION ALL
  SELECT day, source_model_id, cost_center, project, currency, cause, proof,
    'unknown' AS part, unknown_lines AS lines, unknown_plus AS plus_cost, unknown_minus AS minus_cost
  FROM fine
  WHERE unknown_lines > 0
),
scoped AS (
  SELECT 'currency' AS scope, CAST(NULL AS STRING) AS name, currency, cause, proof, part, lines, plus_cost, minus_cost
  FROM part
  UNION ALL
  SELECT 'day' AS scope, CAST(day AS STRING) AS name, currency, cause, proof, part, lines, plus_cost, minus_cost
  FROM part
  UNION ALL
  SELECT 'model' AS scope, source_model_id AS name, currency, cause, proof, part, lines, plus_cost, minus_cost
  FROM part
  UNION ALL
  SELECT 'cost_center' AS scope, cost_center AS name, currency, cause, proof, part, lines, plus_cost, minus_cost
  FROM part
  UNION ALL
  SELECT 'project' AS scope, project AS name, currency, cause, proof, part, lines, plus_cost, minus_cost
  FROM part
)
SELECT
  s.scope,
  s.name,
  s.currency,
  s.cause,
  s.part,
  s.proof,
  k.bucket,
  CAST(sum(s.lines) AS BIGINT) AS lines,
  CAST(sum(s.plus_cost) AS DECIMAL(38,21)) AS plus_cost,
  CAST(sum(s.minus_cost) AS DECIMAL(38,21)) AS minus_cost
FROM scoped AS s
JOIN cause_terms AS k
  ON k.cause = s.cause
GROUP BY s.scope, s.name, s.currency, s.cause, s.part, s.proof, k.bucket
