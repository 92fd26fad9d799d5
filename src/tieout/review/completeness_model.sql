-- completeness_model: rows per model name exactly as logged, with the home they are in (U6, M4).
SELECT
  u.model_as_logged,
  p.source_model_id,
  s.row_state,
  s.state_reason,
  count(*) AS usage_rows,
  CAST(sum(u.charged_cost) AS DECIMAL(38,21)) AS charged_cost,
  min(u.usage_day) AS first_day,
  max(u.usage_day) AS last_day
FROM usage_record AS u
JOIN usage_state AS s
  ON s.row_id = u.row_id
JOIN usage_price AS p
  ON p.row_id = u.row_id
WHERE u.period_window = 'period'
GROUP BY u.model_as_logged, p.source_model_id, s.row_state, s.state_reason
