-- line_change_total: changed lines by cause before and after, with their money (K1).
WITH changed AS (
  SELECT
    old_cause,
    new_cause,
    currency,
    coalesce(new_expected_cost, 0) - coalesce(old_expected_cost, 0) AS expected_change,
    coalesce(new_recorded_cost, 0) - coalesce(old_recorded_cost, 0) AS recorded_change,
    coalesce(new_variance, 0) - coalesce(old_variance, 0) AS variance_change
  FROM line_change
)
SELECT
  old_cause,
  new_cause,
  currency,
  CAST(count(*) AS BIGINT) AS lines,
  CAST(sum(expected_change) AS DECIMAL(38,21)) AS expected_change,
  CAST(sum(recorded_change) AS DECIMAL(38,21)) AS recorded_change,
  CAST(sum(variance_change) AS DECIMAL(38,21)) AS variance_change,
  CAST(sum(CASE WHEN variance_change < 0 THEN -variance_change ELSE variance_change END)
    AS DECIMAL(38,21)) AS gross_change
FROM changed
GROUP BY old_cause, new_cause, currency
