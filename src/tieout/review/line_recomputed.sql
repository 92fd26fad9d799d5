-- line_recomputed: the lines whose charges the vendor's own ratios give again, every one of them (K5).
-- Between expected and charged lies what the ratios make of the published price; between that and
-- charged, the vendor's arithmetic. A line with a row that cannot be recomputed is not in here.
WITH recomputed AS (
  SELECT
    k.line_key,
    count(*) AS usage_rows,
    CAST(sum(CASE WHEN u.entry_kind = 'refund' THEN -r.recomputed_cost ELSE r.recomputed_cost END)
      AS DECIMAL(38,21)) AS recomputed_cost
  FROM recomputed_charge AS r
  JOIN usage_record AS u
    ON u.row_id = r.row_id
  JOIN match_member AS k
    ON k.row_id = r.row_id AND k.leg = 'usage' AND k.period_window = 'period'
  WHERE r.recomputed_cost IS NOT NULL
  GROUP BY k.line_key
)
SELECT
  v.line_key,
  c.recomputed_cost,
  CAST(c.recomputed_cost - v.expected_cost AS DECIMAL(38,21)) AS ratio_variance,
  CAST(v.charged_cost - c.recomputed_cost AS DECIMAL(38,21)) AS arithmetic_variance
FROM variance_line AS v
JOIN recomputed AS c
  ON c.line_key = v.line_key AND c.usage_rows = v.usage_rows
WHERE v.charged_cost IS NOT NULL
