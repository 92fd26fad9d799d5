-- common_factor: lines of a model and a cost center that nothing else closes, recorded at one factor of what
-- they should be: a fee, a discount, an exchange rate of another day. What the factor is, nobody says.
-- Two lines have one factor where the products over the cross are equal; nothing is divided. Each line is
-- held against the first twenty of its scope, and a factor takes three lines of different amounts. Amounts
-- of more than 15 decimals, or from a thousand on, whose products do not fit, are not compared.
WITH fitting AS (
  SELECT
    u.line_key,
    coalesce(u.source_model_id, '') AS model,
    coalesce(u.cost_center, '') AS center,
    u.currency,
    t.half_step,
    CASE WHEN u.basis_cost < 1000 THEN CAST(u.basis_cost AS DECIMAL(18,15)) END AS basis_cost,
    CASE WHEN u.recorded_cost < 1000 AND u.recorded_cost > -1000
      THEN CAST(u.recorded_cost AS DECIMAL(18,15)) END AS recorded_cost,
    u.basis_cost AS basis_whole,
    u.recorded_cost AS recorded_whole
  FROM unexplained_line AS u
  CROSS JOIN ledger_terms AS t
  LEFT JOIN (
    SELECT line_key FROM factor_thousand
    UNION
    SELECT line_key FROM plain_multiple
  ) AS plain
    ON plain.line_key = u.line_key
  -- So far above the step that it cannot make a factor look like another one.
  WHERE plain.line_key IS NULL AND u.basis_cost > t.half_step * 1000 AND u.basis_cost > 0
),
placed AS (
  SELECT
    line_key, model, center, currency, basis_cost, recorded_cost,
    CAST(half_step AS DECIMAL(18,15)) AS half_step,
    row_number() OVER (PARTITION BY model, center, currency ORDER BY line_key) AS place
  FROM fitting
  WHERE CAST(basis_cost AS DECIMAL(38,21)) = basis_whole
    AND CAST(recorded_cost AS DECIMAL(38,21)) = recorded_whole AND recorded_cost > 0
),
alike AS (
  SELECT a.line_key AS anchor, b.line_key, b.basis_cost
  FROM placed AS a
  JOIN placed AS b
    ON b.model = a.model AND b.center = a.center AND b.currency = a.currency
    AND a.recorded_cost * b.basis_cost - b.recorded_cost * a.basis_cost
      <= a.half_step * b.basis_cost + a.half_step * a.basis_cost
    AND b.recorded_cost * a.basis_cost - a.recorded_cost * b.basis_cost
      <= a.half_step * b.basis_cost + a.half_step * a.basis_cost
  WHERE a.place <= 20
),
anchored AS (
  SELECT anchor
  FROM alike
  GROUP BY anchor
  HAVING count(DISTINCT basis_cost) >= 3
)
SELECT DISTINCT k.line_key, 'common_factor' AS cause, 'one factor on several lines' AS variant
FROM alike AS k
JOIN anchored AS a
  ON a.anchor = k.anchor
