-- rounding_scope: the days, models or the period that a booking rounds over, and the lines in them.
-- Only where the declared rule rounds a total over more than a line (K4); currencies apart.
-- A line within one such scope, beside other lines, cannot be rounded alone. It is pooled with them
-- where the ledger has it and it differs by no more than one rounding can change (D12).
WITH comparable AS (
  SELECT
    m.line_key,
    m.currency,
    m.day,
    m.source_model_id,
    m.usage_rows,
    m.recorded_cost,
    m.ledger_rows > 0
      AND m.recorded_cost - m.basis_cost <= t.rounding_bound
      AND m.basis_cost - m.recorded_cost <= t.rounding_bound AS near,
    t.rounding_level
  FROM match_line AS m
  CROSS JOIN ledger_terms AS t
  WHERE t.rounding_level IN ('day', 'model', 'period')
    AND m.in_period AND m.one_currency AND m.rows_not_rated = 0
),
money AS (
  SELECT k.line_key, u.day, u.source_model_id, u.basis_cost
  FROM match_member AS k
  JOIN usage_member AS u
    ON u.row_id = k.row_id
  WHERE k.leg = 'usage' AND k.period_window = 'period'
  UNION ALL
  SELECT line_key, day, source_model_id, CAST(0 AS DECIMAL(38,21)) AS basis_cost
  FROM comparable
  WHERE usage_rows = 0
),
scoped AS (
  SELECT
    c.line_key,
    c.currency,
    CASE c.rounding_level
      WHEN 'day' THEN CAST(m.day AS STRING)
      WHEN 'model' THEN coalesce(m.source_model_id, 'no model')
      ELSE 'period' END AS scope,
    c.near,
    c.recorded_cost,
    m.basis_cost
  FROM comparable AS c
  JOIN money AS m
    ON m.line_key = c.line_key
),
summed AS (
  SELECT
    line_key,
    currency,
    scope,
    near,
    recorded_cost,
    CAST(sum(basis_cost) AS DECIMAL(38,21)) AS basis_cost
  FROM scoped
  GROUP BY line_key, currency, scope, near, recorded_cost
),
counted AS (
  SELECT
    line_key,
    currency,
    scope,
    near,
    recorded_cost,
    basis_cost,
    count(*) OVER (PARTITION BY line_key) AS line_scopes,
    count(*) OVER (PARTITION BY currency, scope) AS scope_lines
  FROM summed
)
SELECT
  line_key,
  currency,
  scope,
  -- Rounded apart: a line over several scopes, or one that is a scope of its own.
  line_scopes > 1 OR scope_lines = 1 AS apart,
  near AND line_scopes = 1 AND scope_lines > 1 AS pooled,
  basis_cost,
  recorded_cost
FROM counted
