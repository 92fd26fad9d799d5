-- unverified_billing: what each open row would cost if failed, refunded and other calls that do not
-- count were billed in full.
SELECT
  r.line_key,
  r.row_id,
  'uncounted_calls_booked' AS cause,
  'full cost' AS variant,
  CASE WHEN t.basis = 'list' THEN r.list_cost ELSE r.full_cost END AS amount
FROM open_row AS r
CROSS JOIN ledger_terms AS t
WHERE r.full_cost <> r.expected_cost
