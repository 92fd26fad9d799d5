-- line_counterfactual: the alternative amounts of open lines, rounded as the booking declares (K4).
SELECT
  line_key,
  cause,
  variant,
  CAST(sum(rounded_amount) AS DECIMAL(38,21)) AS amount
FROM rounded_amount
WHERE line_key IS NOT NULL
GROUP BY line_key, cause, variant
