-- half_total: the two halves of the variance, booking and billing, for each currency, for each model and
-- for each cost center in it (V2, D8). Plus and minus stand apart, so that no net hides them; lines
-- whose charge is unknown cannot be split and stand beside.
WITH halved AS (
  SELECT 'currency' AS scope, CAST(NULL AS STRING) AS name, currency, line_state, charged_cost,
    expected_cost, recorded_cost, variance, booking_variance, billing_variance
  FROM variance_line
  UNION ALL
  SELECT 'model' AS scope, source_model_id AS name, currency, line_state, charged_cost,
    expected_cost, recorded_cost, variance, booking_variance, billing_variance
  FROM variance_line
  UNION ALL
  SELECT 'cost_center' AS scope, cost_center AS name, currency, line_state, charged_cost,
    expected_cost, recorded_cost, variance, booking_variance, billing_variance
  FROM variance_line
)
SELECT
  scope,
  name,
  currency,
  count(charged_cost) AS lines,
  CAST(coalesce(sum(CASE WHEN charged_cost IS NOT NULL THEN expected_cost END), 0)
    AS DECIMAL(38,21)) AS expected_cost,
  CAST(coalesce(sum(charged_cost), 0) AS DECIMAL(38,21)) AS charged_cost,
  CAST(coalesce(sum(CASE WHEN charged_cost IS NOT NULL THEN recorded_cost END), 0)
    AS DECIMAL(38,21)) AS recorded_cost,
  CAST(coalesce(sum(CASE WHEN billing_variance > 0 THEN billing_variance END), 0)
    AS DECIMAL(38,21)) AS billing_plus,
  CAST(coalesce(sum(CASE WHEN billing_variance < 0 THEN billing_variance END), 0)
    AS DECIMAL(38,21)) AS billing_minus,
  CAST(coalesce(sum(CASE WHEN booking_variance > 0 THEN booking_variance END), 0)
    AS DECIMAL(38,21)) AS booking_plus,
  CAST(coalesce(sum(CASE WHEN booking_variance < 0 THEN booking_variance END), 0)
    AS DECIMAL(38,21)) AS booking_minus,
  count(CASE WHEN line_state = 'cancels' THEN 1 END) AS cancelling_lines,
  CAST(coalesce(sum(CASE WHEN line_state <> 'cancels' THEN 0
    WHEN billing_variance < 0 THEN -billing_variance ELSE billing_variance END), 0)
    AS DECIMAL(38,21)) AS cancelling_gross,
  count(CASE WHEN charged_cost IS NULL THEN 1 END) AS unsplit_lines,
  CAST(coalesce(sum(CASE WHEN charged_cost IS NULL THEN variance END), 0) AS DECIMAL(38,21))
    AS unsplit_variance
FROM halved
GROUP BY scope, name, currency
