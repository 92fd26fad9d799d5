-- ledger_quantity_priced: what the quantities a ledger line states would cost at the price in force,
-- for lines with one price. It splits a difference into quantity and rate (V3), and where it equals
-- the recorded amount, the two legs counted differently.
SELECT
  o.line_key,
  CAST(sum(q.quantity * r.basis_unit_rate) AS DECIMAL(38,21)) AS ledger_quantity_cost
FROM open_line AS o
JOIN match_member AS k
  ON k.line_key = o.line_key AND k.leg = 'ledger' AND k.period_window = 'period'
JOIN ledger_quantity AS q
  ON q.row_id = k.row_id
JOIN rate_line AS r
  ON r.price_set_id = o.price_set_id AND r.meter = q.meter
WHERE o.in_period AND o.usage_rows > 0
GROUP BY o.line_key
