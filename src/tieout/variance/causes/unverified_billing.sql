-- unverified_billing: what each open row would cost if failed, refunded and other calls that do not
-- count were billed in full.
SELECT
  line_key,
  row_id,
  'uncounted_calls_booked' AS cause,
  'full cost' AS variant,
  full_cost AS amount
FROM open_row
WHERE full_cost <> expected_cost
