-- rounded_amount: each amount that the booking rounds once, exact and rounded as declared (K4, D12).
-- An amount is a part of an open line under one assumption, or the total of a pooled scope.
-- The remainder by the step is exact in decimals. Without it, the amount is the multiple toward zero;
-- the mode says when it moves one step further from zero. Nothing is divided.
WITH variant_of_line AS (
  SELECT DISTINCT line_key, cause, variant FROM row_counterfactual
),
apart AS (
  SELECT DISTINCT line_key FROM rounding_scope WHERE apart
),
-- A row without an alternative keeps what the books should hold of it, so that a line is recomputed whole.
whole_line AS (
  SELECT
    v.line_key,
    v.cause,
    v.variant,
    CASE
      WHEN t.rounding_level = 'request' THEN CAST(r.row_id AS STRING)
      WHEN t.rounding_level = 'day' THEN CAST(r.day AS STRING)
      WHEN t.rounding_level = 'model' THEN coalesce(r.source_model_id, 'no model')
      ELSE 'line' END AS part,
    t.rounding_level IN ('request', 'line') OR a.line_key IS NOT NULL AS is_rounded,
    coalesce(c.amount, r.basis_cost) AS amount
  FROM variant_of_line AS v
  JOIN open_row AS r
    ON r.line_key = v.line_key
  CROSS JOIN ledger_terms AS t
  LEFT JOIN row_counterfactual AS c
    ON c.line_key = v.line_key AND c.row_id = r.row_id
    AND c.cause = v.cause AND c.variant = v.variant
  LEFT JOIN apart AS a
    ON a.line_key = v.line_key
),
exact AS (
  SELECT
    line_key,
    CAST(NULL AS STRING) AS currency,
    cause,
    variant,
    part,
    is_rounded,
    CAST(sum(amount) AS DECIMAL(38,21)) AS amount
  FROM whole_line
  GROUP BY line_key, cause, variant, part, is_rounded
  UNION ALL
  SELECT
    CAST(NULL AS STRING) AS line_key,
    currency,
    'declared_rounding' AS cause,
    'declared rule' AS variant,
    scope AS part,
    TRUE AS is_rounded,
    CAST(sum(basis_cost) AS DECIMAL(38,21)) AS amount
  FROM rounding_scope
  WHERE pooled
  GROUP BY currency, scope
),
rest AS (
  SELECT
    e.line_key,
    e.currency,
    e.cause,
    e.variant,
    e.part,
    e.is_rounded,
    e.amount,
    t.rounding_step AS step,
    t.rounding_mode AS mode,
    e.amount % t.rounding_step AS rest
  FROM exact AS e
  CROSS JOIN ledger_terms AS t
)
SELECT
  line_key,
  currency,
  cause,
  variant,
  part,
  amount,
  CAST(CASE
    WHEN NOT is_rounded THEN amount
    WHEN CASE mode
      WHEN 'down' THEN FALSE
      WHEN 'up' THEN rest <> 0
      WHEN 'floor' THEN rest < 0
      WHEN 'ceiling' THEN rest > 0
      WHEN 'half_away' THEN rest + rest >= step OR rest + rest <= -step
      -- Half to even: at just half, an odd multiple moves on to the even one.
      WHEN 'half_even' THEN rest + rest > step OR rest + rest < -step
        OR ((rest + rest = step OR rest + rest = -step) AND (amount - rest) % (step + step) <> 0)
      END
      THEN amount - rest + CASE WHEN rest < 0 THEN -step ELSE step END
    ELSE amount - rest
  END AS DECIMAL(38,21)) AS rounded_amount
FROM rest
