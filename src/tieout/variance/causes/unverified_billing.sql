-- unverified_billing: what each open row would cost if failed, refunded and other calls that do not
-- count were billed in full; and whether a verified rule says that they are not. What settles a call is
-- a cause of its own; on a ledger at list price it has no amount where the price has a multiplier.
SELECT
  r.line_key,
  r.row_id,
  CASE WHEN l.row_id IS NOT NULL THEN 'settlement_booked'
    WHEN s.rating_reason = 'NOT_BILLABLE' THEN 'not_billable_booked'
    ELSE 'uncounted_calls_booked' END AS cause,
  'full cost' AS variant,
  CASE WHEN t.basis = 'list' THEN r.list_cost ELSE r.full_cost END AS amount
FROM open_row AS r
JOIN usage_state AS s
  ON s.row_id = r.row_id
LEFT JOIN settlement_link AS l
  ON l.row_id = r.row_id
CROSS JOIN ledger_terms AS t
WHERE r.full_cost <> r.expected_cost
  AND (t.basis <> 'list' OR r.list_cost IS NOT NULL)
