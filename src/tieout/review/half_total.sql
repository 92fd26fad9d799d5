-- half_total: the two halves of the variance, booking and billing, for each currency, for each model and
-- for each cost center in it (V2, D8). Plus and minus stand apart, so that no net hides them; lines
-- whose charge is unknown cannot be split and stand beside.
WITH fine AS (
  SELECT
    source_model_id,
    cost_center,
    currency,
    count(charged_cost) AS lines,
    CAST(sum(CASE WHEN charged_cost IS NOT NULL THEN expected_cost ELSE 0 END)
      AS DECIMAL(38,21)) AS expected_cost,
    CAST(sum(coalesce(charged_cost, 0)) AS DECIMAL(38,21)) AS charged_cost,
    CAST(sum(CASE WHEN charged_cost IS NOT NULL THEN recorded_cost ELSE 0 END)
      AS DECIMAL(38,21)) AS recorded_cost,
    CAST(sum(CASE WHEN billing_variance > 0 THEN billing_variance ELSE 0 END)
      AS DECIMAL(38,21)) AS billing_plus,
    CAST(sum(CASE WHEN billing_variance < 0 THEN billing_variance ELSE 0 END)
      AS DECIMAL(38,21)) AS billing_minus,
    CAST(sum(CASE WHEN booking_variance > 0 THEN booking_variance ELSE 0 END)
      AS DECIMAL(38,21)) AS booking_plus,
    CAST(sum(CASE WHEN booking_variance < 0 THEN booking_variance ELSE 0 END)
      AS DECIMAL(38,21)) AS booking_minus,
    count(CASE WHEN line_state = 'cancels' THEN 1 END) AS cancelling_lines,
    CAST(sum(CASE WHEN line_state <> 'cancels' THEN 0
      WHEN billing_variance < 0 THEN -billing_variance ELSE billing_variance END)
      AS DECIMAL(38,21)) AS cancelling_gross,
    count(CASE WHEN charged_cost IS NULL THEN 1 END) AS unsplit_lines,
    CAST(sum(CASE WHEN charged_cost IS NULL THEN variance ELSE 0 END)
      AS DECIMAL(38,21)) AS unsplit_variance
  FROM variance_line
  GROUP BY source_model_id, cost_center, currency
),
scoped AS (
  SELECT 'currency' AS scope, CAST(NULL AS STRING) AS name, currency, lines, expected_cost,
    charged_cost, recorded_cost, billing_plus, billing_minus, booking_plus, booking_minus,
    cancelling_lines, cancelling_gross, unsplit_lines, unsplit_variance
  FROM fine
  UNION ALL
  SELECT 'model' AS scope, source_model_id AS name, currency, lines, expected_cost,
    charged_cost, recorded_cost, billing_plus, billing_minus, booking_plus, booking_minus,
    cancelling_lines, cancelling_gross, unsplit_lines, unsplit_variance
  FROM fine
  UNION ALL
  SELECT 'cost_center' AS scope, cost_center AS name, currency, lines, expected_cost,
    charged_cost, recorded_cost, billing_plus, billing_minus, booking_plus, booking_minus,
    cancelling_lines, cancelling_gross, unsplit_lines, unsplit_variance
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
  CAST(sum(booking_plus) AS DECIMAL(38,21)) AS booking_plus,
  CAST(sum(booking_minus) AS DECIMAL(38,21)) AS booking_minus,
  CAST(sum(cancelling_lines) AS BIGINT) AS cancelling_lines,
  CAST(sum(cancelling_gross) AS DECIMAL(38,21)) AS cancelling_gross,
  CAST(sum(unsplit_lines) AS BIGINT) AS unsplit_lines,
  CAST(sum(unsplit_variance) AS DECIMAL(38,21)) AS unsplit_variance
FROM scoped
GROUP BY scope, name, currency
