-- booked_as_charged: lines that nothing else explains and whose ledger holds what the vendor charged, where
-- the price in force makes another amount (D8). The books agree with the charge; why the charge differs is
-- another question, and one for the vendor.
SELECT o.line_key, 'booked_as_charged' AS cause, 'charge of the vendor' AS variant
FROM unclosed_line AS o
JOIN match_line AS m
  ON m.line_key = o.line_key
CROSS JOIN ledger_terms AS t
LEFT JOIN (
  SELECT line_key FROM within_range
  UNION
  SELECT line_key FROM unrecorded_part
  UNION
  SELECT line_key FROM cause_pair
) AS explained
  ON explained.line_key = o.line_key
WHERE explained.line_key IS NULL
  AND t.basis <> 'charged' AND m.charged_rows = m.usage_rows
  AND o.recorded_cost - m.charged_cost <= t.half_step
  AND m.charged_cost - o.recorded_cost <= t.half_step
