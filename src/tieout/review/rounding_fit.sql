-- rounding_fit: how many unexplained lines an undeclared rounding to a step would explain.
-- Such a line is recorded in whole steps and differs by at most half a step; steps are powers of ten.
-- It is asked only while the booking declares neither a rounding nor a step; no line is changed.
WITH step AS (
  SELECT CAST(1 AS DECIMAL(38,21)) AS step
  UNION ALL SELECT CAST('0.1' AS DECIMAL(38,21)) AS step
  UNION ALL SELECT CAST('0.01' AS DECIMAL(38,21)) AS step
  UNION ALL SELECT CAST('0.001' AS DECIMAL(38,21)) AS step
  UNION ALL SELECT CAST('0.0001' AS DECIMAL(38,21)) AS step
  UNION ALL SELECT CAST('0.00001' AS DECIMAL(38,21)) AS step
  UNION ALL SELECT CAST('0.000001' AS DECIMAL(38,21)) AS step
  UNION ALL SELECT CAST('0.0000001' AS DECIMAL(38,21)) AS step
  UNION ALL SELECT CAST('0.00000001' AS DECIMAL(38,21)) AS step
  UNION ALL SELECT CAST('0.000000001' AS DECIMAL(38,21)) AS step
  UNION ALL SELECT CAST('0.0000000001' AS DECIMAL(38,21)) AS step
  UNION ALL SELECT CAST('0.00000000001' AS DECIMAL(38,21)) AS step
  UNION ALL SELECT CAST('0.000000000001' AS DECIMAL(38,21)) AS step
),
half AS (
  SELECT step, CAST(step * 0.5 AS DECIMAL(38,21)) AS half_step FROM step
)
SELECT
  s.step,
  s.half_step,
  count(*) AS lines,
  count(CASE WHEN v.grain = 'request' THEN 1 END) AS request_lines
FROM variance_line AS v
JOIN half AS s
  ON v.recorded_cost % s.step = 0
  AND v.variance - v.basis_part <= s.half_step
  AND v.basis_part - v.variance - v.basis_part <= s.half_step
CROSS JOIN ledger_terms AS t
WHERE v.line_state = 'open'
  AND v.cause = 'unknown'
  AND t.rounding_level = 'none'
  AND t.half_step = 0
GROUP BY s.step, s.half_step
