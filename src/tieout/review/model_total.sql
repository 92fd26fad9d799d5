-- model_total: the money of the period per source model id and currency (V3).
SELECT
  source_model_id,
  currency,
  CAST(sum(usage_rows) AS BIGINT) AS usage_rows,
  count(*) AS lines,
  CAST(sum(expected_cost) AS DECIMAL(38,21)) AS expected_cost,
  -- One line without a known charge makes the sum unknown.
  CASE WHEN count(*) = count(charged_cost)
    THEN CAST(sum(charged_cost) AS DECIMAL(38,21)) END AS charged_cost,
  CAST(sum(recorded_cost) AS DECIMAL(38,21)) AS recorded_cost,
  CAST(sum(variance) AS DECIMAL(38,21)) AS variance
FROM variance_line
GROUP BY source_model_id, currency
