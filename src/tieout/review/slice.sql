-- slice: model by cost center, each decided on its own (D19).
SELECT
  coalesce(source_model_id, model_name) AS model,
  source_model_id,
  cost_center,
  currency,
  count(*) AS lines,
  count(CASE WHEN line_state IN ('open', 'cancels') THEN 1 END) AS open_lines,
  count(CASE WHEN line_state = 'not_comparable' THEN 1 END) AS lines_not_comparable,
  count(CASE WHEN cause = 'charge_unknown' THEN 1 END) AS lines_without_charge,
  count(CASE WHEN line_state = 'open' AND bucket = 'unknown' THEN 1 END) AS unknown_lines,
  CAST(sum(unverified_rows) AS BIGINT) AS unverified_rows,
  -- What the doubts of comparable lines amount to; unknown bounds are counted as lines above.
  CAST(sum(CASE WHEN line_state <> 'not_comparable' THEN high_cost - low_cost END)
    AS DECIMAL(38,21)) AS doubt,
  count(CASE WHEN high_cost IS NULL THEN 1 END) AS unbounded_lines,
  CAST(sum(expected_cost) AS DECIMAL(38,21)) AS expected_cost,
  -- A sum with an unknown charge in it is unknown, so that booking and billing always add up.
  CASE WHEN count(*) = count(charged_cost)
    THEN CAST(sum(charged_cost) AS DECIMAL(38,21)) END AS charged_cost,
  CAST(sum(recorded_cost) AS DECIMAL(38,21)) AS recorded_cost,
  CAST(sum(variance) AS DECIMAL(38,21)) AS variance,
  CAST(sum(CASE WHEN variance < 0 THEN -variance ELSE variance END) AS DECIMAL(38,21)) AS gross
FROM variance_line
GROUP BY coalesce(source_model_id, model_name), source_model_id, cost_center, currency
