-- factor_thousand: lines recorded at a thousand times the expected cost, or a thousandth of it, as a
-- price per 1K read as per 1M does. Compared by multiplying, never by dividing; the tolerance grows
-- with the side it is on.
SELECT o.line_key, 'factor_thousand' AS cause, 'thousand times' AS variant
FROM open_line AS o
CROSS JOIN ledger_terms AS t
WHERE o.in_period AND o.ledger_rows > 0 AND o.basis_cost <> 0
  AND o.recorded_cost - o.basis_cost * 1000 <= t.half_step
  AND o.basis_cost * 1000 - o.recorded_cost <= t.half_step
UNION ALL
SELECT o.line_key, 'factor_thousand' AS cause, 'a thousandth' AS variant
FROM open_line AS o
CROSS JOIN ledger_terms AS t
WHERE o.in_period AND o.ledger_rows > 0
  AND (o.recorded_cost > t.half_step OR o.recorded_cost < -t.half_step)
  AND o.recorded_cost * 1000 - o.basis_cost <= t.half_step * 1000
  AND o.basis_cost - o.recorded_cost * 1000 <= t.half_step * 1000
