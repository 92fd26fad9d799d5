-- coverage: usage rows per home and reason, with what the vendor charged for them (L2).
SELECT
  s.row_state,
  s.state_reason,
  count(*) AS usage_rows,
  CAST(sum(u.charged_cost) AS DECIMAL(38,21)) AS charged_cost
FROM usage_state AS s
JOIN usage_record AS u
  ON u.row_id = s.row_id
GROUP BY s.row_state, s.state_reason
