-- ratio: what each open row would cost with the source's multiplier left out, or applied twice.
-- A ledger that holds list prices leaves it out as declared (D9).
SELECT
  r.line_key,
  r.row_id,
  'ratio_not_applied' AS cause,
  'list price' AS variant,
  CASE WHEN r.counts THEN r.list_cost ELSE 0 END AS amount
FROM open_row AS r
CROSS JOIN ledger_terms AS t
WHERE r.list_cost <> r.full_cost AND t.basis <> 'list'
UNION ALL
SELECT
  line_key,
  row_id,
  'ratio_applied_twice' AS cause,
  'ratio squared' AS variant,
  CASE WHEN counts THEN twice_cost ELSE 0 END AS amount
FROM open_row
WHERE twice_cost <> full_cost
