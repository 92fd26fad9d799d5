-- line_counterfactual: the alternative amounts of open lines, rounded as the booking declares (K4).
-- A row without an alternative keeps its expected cost, so that a line is always recomputed whole.
-- Narrowing a decimal rounds half away from zero on both engines; the places are the declared ones.
WITH variant_of_line AS (
  SELECT DISTINCT line_key, cause, variant FROM row_counterfactual
),
whole_line AS (
  SELECT
    v.line_key,
    v.cause,
    v.variant,
    coalesce(c.amount, r.expected_cost) AS amount
  FROM variant_of_line AS v
  JOIN open_row AS r
    ON r.line_key = v.line_key
  LEFT JOIN row_counterfactual AS c
    ON c.line_key = v.line_key AND c.row_id = r.row_id
    AND c.cause = v.cause AND c.variant = v.variant
),
rounded AS (
  SELECT
    w.line_key,
    w.cause,
    w.variant,
    CASE
      WHEN t.rounding_level <> 'request' THEN w.amount
      WHEN t.rounding_places = 0 THEN CAST(CAST(w.amount AS DECIMAL(38,0)) AS DECIMAL(38,21))
      WHEN t.rounding_places = 1 THEN CAST(CAST(w.amount AS DECIMAL(38,1)) AS DECIMAL(38,21))
      WHEN t.rounding_places = 2 THEN CAST(CAST(w.amount AS DECIMAL(38,2)) AS DECIMAL(38,21))
      WHEN t.rounding_places = 3 THEN CAST(CAST(w.amount AS DECIMAL(38,3)) AS DECIMAL(38,21))
      WHEN t.rounding_places = 4 THEN CAST(CAST(w.amount AS DECIMAL(38,4)) AS DECIMAL(38,21))
      WHEN t.rounding_places = 5 THEN CAST(CAST(w.amount AS DECIMAL(38,5)) AS DECIMAL(38,21))
      WHEN t.rounding_places = 6 THEN CAST(CAST(w.amount AS DECIMAL(38,6)) AS DECIMAL(38,21))
      WHEN t.rounding_places = 7 THEN CAST(CAST(w.amount AS DECIMAL(38,7)) AS DECIMAL(38,21))
      WHEN t.rounding_places = 8 THEN CAST(CAST(w.amount AS DECIMAL(38,8)) AS DECIMAL(38,21))
      WHEN t.rounding_places = 9 THEN CAST(CAST(w.amount AS DECIMAL(38,9)) AS DECIMAL(38,21))
      WHEN t.rounding_places = 10 THEN CAST(CAST(w.amount AS DECIMAL(38,10)) AS DECIMAL(38,21))
      WHEN t.rounding_places = 11 THEN CAST(CAST(w.amount AS DECIMAL(38,11)) AS DECIMAL(38,21))
      WHEN t.rounding_places = 12 THEN CAST(CAST(w.amount AS DECIMAL(38,12)) AS DECIMAL(38,21))
      WHEN t.rounding_places = 13 THEN CAST(CAST(w.amount AS DECIMAL(38,13)) AS DECIMAL(38,21))
      WHEN t.rounding_places = 14 THEN CAST(CAST(w.amount AS DECIMAL(38,14)) AS DECIMAL(38,21))
      WHEN t.rounding_places = 15 THEN CAST(CAST(w.amount AS DECIMAL(38,15)) AS DECIMAL(38,21))
      WHEN t.rounding_places = 16 THEN CAST(CAST(w.amount AS DECIMAL(38,16)) AS DECIMAL(38,21))
      WHEN t.rounding_places = 17 THEN CAST(CAST(w.amount AS DECIMAL(38,17)) AS DECIMAL(38,21))
      WHEN t.rounding_places = 18 THEN CAST(CAST(w.amount AS DECIMAL(38,18)) AS DECIMAL(38,21))
      WHEN t.rounding_places = 19 THEN CAST(CAST(w.amount AS DECIMAL(38,19)) AS DECIMAL(38,21))
      WHEN t.rounding_places = 20 THEN CAST(CAST(w.amount AS DECIMAL(38,20)) AS DECIMAL(38,21))
      ELSE w.amount
    END AS amount
  FROM whole_line AS w
  CROSS JOIN ledger_terms AS t
),
summed AS (
  SELECT line_key, cause, variant, CAST(sum(amount) AS DECIMAL(38,21)) AS amount
  FROM rounded
  GROUP BY line_key, cause, variant
)
SELECT
  s.line_key,
  s.cause,
  s.variant,
  CASE
    WHEN t.rounding_level <> 'line' THEN s.amount
    WHEN t.rounding_places = 0 THEN CAST(CAST(s.amount AS DECIMAL(38,0)) AS DECIMAL(38,21))
    WHEN t.rounding_places = 1 THEN CAST(CAST(s.amount AS DECIMAL(38,1)) AS DECIMAL(38,21))
    WHEN t.rounding_places = 2 THEN CAST(CAST(s.amount AS DECIMAL(38,2)) AS DECIMAL(38,21))
    WHEN t.rounding_places = 3 THEN CAST(CAST(s.amount AS DECIMAL(38,3)) AS DECIMAL(38,21))
    WHEN t.rounding_places = 4 THEN CAST(CAST(s.amount AS DECIMAL(38,4)) AS DECIMAL(38,21))
    WHEN t.rounding_places = 5 THEN CAST(CAST(s.amount AS DECIMAL(38,5)) AS DECIMAL(38,21))
    WHEN t.rounding_places = 6 THEN CAST(CAST(s.amount AS DECIMAL(38,6)) AS DECIMAL(38,21))
    WHEN t.rounding_places = 7 THEN CAST(CAST(s.amount AS DECIMAL(38,7)) AS DECIMAL(38,21))
    WHEN t.rounding_places = 8 THEN CAST(CAST(s.amount AS DECIMAL(38,8)) AS DECIMAL(38,21))
    WHEN t.rounding_places = 9 THEN CAST(CAST(s.amount AS DECIMAL(38,9)) AS DECIMAL(38,21))
    WHEN t.rounding_places = 10 THEN CAST(CAST(s.amount AS DECIMAL(38,10)) AS DECIMAL(38,21))
    WHEN t.rounding_places = 11 THEN CAST(CAST(s.amount AS DECIMAL(38,11)) AS DECIMAL(38,21))
    WHEN t.rounding_places = 12 THEN CAST(CAST(s.amount AS DECIMAL(38,12)) AS DECIMAL(38,21))
    WHEN t.rounding_places = 13 THEN CAST(CAST(s.amount AS DECIMAL(38,13)) AS DECIMAL(38,21))
    WHEN t.rounding_places = 14 THEN CAST(CAST(s.amount AS DECIMAL(38,14)) AS DECIMAL(38,21))
    WHEN t.rounding_places = 15 THEN CAST(CAST(s.amount AS DECIMAL(38,15)) AS DECIMAL(38,21))
    WHEN t.rounding_places = 16 THEN CAST(CAST(s.amount AS DECIMAL(38,16)) AS DECIMAL(38,21))
    WHEN t.rounding_places = 17 THEN CAST(CAST(s.amount AS DECIMAL(38,17)) AS DECIMAL(38,21))
    WHEN t.rounding_places = 18 THEN CAST(CAST(s.amount AS DECIMAL(38,18)) AS DECIMAL(38,21))
    WHEN t.rounding_places = 19 THEN CAST(CAST(s.amount AS DECIMAL(38,19)) AS DECIMAL(38,21))
    WHEN t.rounding_places = 20 THEN CAST(CAST(s.amount AS DECIMAL(38,20)) AS DECIMAL(38,21))
    ELSE s.amount
  END AS amount
FROM summed AS s
CROSS JOIN ledger_terms AS t
