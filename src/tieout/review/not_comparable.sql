-- not_comparable: ledger money with no expected cost beside it, per reason (D10).
SELECT
  cause AS row_state,
  bucket,
  currency,
  count(*) AS lines,
  CAST(sum(ledger_rows) AS BIGINT) AS ledger_rows,
  CAST(sum(recorded_cost) AS DECIMAL(38,21)) AS recorded_cost
FROM variance_line
WHERE line_state = 'not_comparable'
GROUP BY cause, bucket, currency
