-- bucket_total: variance per bucket and currency; the buckets add up to the whole variance.
-- Differences below the tie-out step are rounding without an open line; ledger money that cannot be
-- compared stands in the bucket of its reason (D10). What the declared basis makes of a variance is one
-- item without a line of its own, in the bucket of a price that differs between sources (D9, D15). A
-- line whose halves cancel is counted in the bucket of billing, and has no variance but rounding.
WITH money AS (
  SELECT currency, bucket, line_state,
    CASE WHEN line_state = 'cancels' THEN 0 ELSE variance - basis_part END AS amount
  FROM variance_line
  UNION ALL
  SELECT currency, 'rounding' AS bucket, 'ties_out' AS line_state, variance - basis_part AS amount
  FROM variance_line
  WHERE line_state = 'cancels'
  UNION ALL
  SELECT v.currency, k.bucket, 'ties_out' AS line_state, v.basis_part AS amount
  FROM variance_line AS v
  JOIN cause_terms AS k
    ON k.cause = 'basis'
  WHERE v.basis_part <> 0
)
SELECT
  currency,
  bucket,
  count(CASE WHEN line_state <> 'ties_out' THEN 1 END) AS lines,
  CAST(sum(amount) AS DECIMAL(38,21)) AS net,
  CAST(sum(CASE WHEN amount < 0 THEN -amount ELSE amount END) AS DECIMAL(38,21)) AS gross
FROM money
GROUP BY currency, bucket
