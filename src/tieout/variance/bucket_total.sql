-- bucket_total: variance per bucket and currency; the buckets add up to the whole variance.
-- Differences below the tie-out step are rounding without an open line; ledger money that cannot be
-- compared stands in the bucket of its reason (D10).
SELECT
  currency,
  bucket,
  count(CASE WHEN line_state <> 'ties_out' THEN 1 END) AS lines,
  CAST(sum(variance) AS DECIMAL(38,21)) AS net,
  CAST(sum(CASE WHEN variance < 0 THEN -variance ELSE variance END) AS DECIMAL(38,21)) AS gross
FROM variance_line
GROUP BY currency, bucket
