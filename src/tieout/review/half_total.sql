-- half_total: the two halves of the variance, booking and billing, for each currency, for each model and
-- for each cost center in it (V2, D8). Plus and minus stand apart, so that no net hides them; lines
-- whose charge is unknown cannot be split and stand beside. Where every charge of a line is given again
-- by its own ratios, billing is two steps: the ratios against the published price, and the arithmetic.
WITH fine AS (
  SELECT
    v.source_model_id,
    v.cost_center,
    v.currency,
    count(v.charged_cost) AS lines,
    CAST(sum(CASE WHEN v.charged_cost IS NOT NULL THEN v.expected_cost ELSE 0 END)
      AS DECIMAL(38,21)) AS expected_cost,
    CAST(sum(coalesce(v.charged_cost, 0)) AS DECIMAL(38,21)) AS charged_cost,
    CAST(sum(CASE WHEN v.charged_cost IS NOT NULL THEN v.recorded_cost ELSE 0 END)
      AS DECIMAL(38,21)) AS recorded_cost,
    CAST(sum(CASE WHEN v.billing_variance > 0 THEN v.billing_variance ELSE 0 END)
      AS DECIMAL(38,21)) AS billing_plus,
    CAST(sum(CASE WHEN v.billing_variance < 0 THEN v.billing_variance ELSE 0 END)
      AS DECIMAL(38,21)) AS billing_minus,
    count(r.line_key) AS recomputed_lines,
    CAST(sum(CASE WHEN r.ratio_variance > 0 THEN r.ratio_variance ELSE 0 END)
      AS DECIMAL(38,21)) AS ratio_plus,
    CAST(sum(CASE WHEN r.ratio_variance < 0 THEN r.ratio_variance ELSE 0 END)
      AS DECIMAL(38,21)) AS ratio_minus,
    CAST(sum(CASE WHEN r.arithmetic_variance > 0 THEN r.arithmetic_variance ELSE 0 END)
      AS DECIMAL(38,21)) AS arithmetic_plus,
    CAST(sum(CASE WHEN r.arithmetic_variance < 0 THEN r.arithmetic_variance ELSE 0 END)
      AS DECIMAL(38,21)) AS arithmetic_minus,
    CAST(sum(CASE WHEN r.line_key IS NULL AND v.billing_variance > 0 THEN v.billing_variance
      ELSE 0 END) AS DECIMAL(38,21)) AS other_billing_plus,
    CAST(sum(CASE WHEN r.line_key IS NULL AND v.billing_variance < 0 THEN v.billing_variance
      ELSE 0 END) AS DECIMAL(38,21)) AS other_billing_minus,
    CAST(sum(CASE WHEN v.booking_variance > 0 THEN v.booking_variance ELSE 0 END)
      AS DECIMAL(38,21)) AS booking_plus,
    CAST(sum(CASE WHEN v.booking_variance < 0 THEN v.booking_variance ELSE 0 END)
      AS DECIMAL(38,21)) AS booking_minus,
    count(CASE WHEN v.line_state = 'cancels' THEN 1 END) AS cancelling_lines,
    CAST(sum(CASE WHEN v.line_state <> 'cancels' THEN 0
      WHEN v.billing_variance < 0 THEN -v.billing_variance ELSE v.billing_variance END)
      AS DECIMAL(38,21)) AS cancelling_gross,
    count(CASE WHEN v.charged_cost IS NULL THEN 1 END) AS unsplit_lines,
    CAST(sum(CASE WHEN v.charged_cost IS NULL THEN v.variance ELSE 0 END)
      AS DECIMAL(38,21)) AS unsplit_variance
  FROM variance_line AS v
  LEFT JOIN line_recomputed AS r
    ON r.line_key = v.line_key
  GROUP BY v.source_model_id, v.cost_center, v.currency
),
scoped AS (
  SELECT 'currency' AS scope, CAST(NULL AS STRING) AS name, currency, lines, expected_cost,
    charged_cost, recorded_cost, billing_plus, billing_minus, recomputed_lines, ratio_plus,
    ratio_minus, arithmetic_plus, arithmetic_minus, other_billing_plus, other_billing_minus,
    booking_plus, booking_minus, cancelling_lines, cancelling_gross, unsplit_lines, unsplit_variance
  FROM fine
  UNION ALL
  SELECT 'model' AS scope, source_model_id AS name, currency, lines, expected_cost,
    charged_cost, recorded_cost, billing_plus, billing_minus, recomputed_lines, ratio_plus,
    ratio_minus, arithmetic_plus, arithmetic_minus, other_billing_plus, other_billing_minus,
    booking_plus, booking_minus, cancelling_lines, cancelling_gross, unsplit_lines, unsplit_variance
  FROM fine
  UNION ALL
  SELECT 'cost_center' AS scope, cost_center AS name, currency, lines, expected_cost,
    charged_cost, recorded_cost, billing_plus, billing_minus, recomputed_lines, ratio_plus,
    ratio_minus, arithmetic_plus, arithmetic_minus, other_billing_plus, other_billing_minus,
    booking_plus, booking_minus, cancelling_lines, cancelling_gross, unsplit_lines, unsplit_variance
  FROM fine
)
SELECT
  scope,
  name,
  currency,
  CAST(sum(lines) AS BIGINT) AS lines,
  CAST(sum(expected_cost) AS DECIMAL(38,21)) AS expected_cost,
  CAST(sum(charged_cost) AS DECIMAL(38,21)) AS charged_cost,
  CAST(sum(recorded_cost) AS DECIMAL(38,21)) AS recorded_cost,
  CAST(sum(billing_plus) AS DECIMAL(38,21)) AS billing_plus,
  CAST(sum(billing_minus) AS DECIMAL(38,21)) AS billing_minus,
  CAST(sum(recomputed_lines) AS BIGINT) AS recomputed_lines,
  CAST(sum(ratio_plus) AS DECIMAL(38,21)) AS ratio_plus,
  CAST(sum(ratio_minus) AS DECIMAL(38,21)) AS ratio_minus,
  CAST(sum(arithmetic_plus) AS DECIMAL(38,21)) AS arithmetic_plus,
  CAST(sum(arithmetic_minus) AS DECIMAL(38,21)) AS arithmetic_minus,
  CAST(sum(other_billing_plus) AS DECIMAL(38,21)) AS other_billing_plus,
  CAST(sum(other_billing_minus) AS DECIMAL(38,21)) AS other_billing_minus,
  CAST(sum(booking_plus) AS DECIMAL(38,21)) AS booking_plus,
  CAST(sum(booking_minus) AS DECIMAL(38,21)) AS booking_minus,
  CAST(sum(cancelling_lines) AS BIGINT) AS cancelling_lines,
  CAST(sum(cancelling_gross) AS DECIMAL(38,21)) AS cancelling_gross,
  CAST(sum(unsplit_lines) AS BIGINT) AS unsplit_lines,
  CAST(sum(unsplit_variance) AS DECIMAL(38,21)) AS unsplit_variance
FROM scoped
GROUP BY scope, name, currency
