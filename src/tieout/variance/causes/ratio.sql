-- ratio: what each open row would cost with the source's multiplier left out, or applied twice.
SELECT
  line_key,
  row_id,
  'ratio_not_applied' AS cause,
  'list price' AS variant,
  CASE WHEN counts THEN list_cost ELSE 0 END AS amount
FROM open_row
WHERE list_cost <> full_cost
UNION ALL
SELECT
  line_key,
  row_id,
  'ratio_applied_twice' AS cause,
  'ratio squared' AS variant,
  CASE WHEN counts THEN twice_cost ELSE 0 END AS amount
FROM open_row
WHERE twice_cost <> full_cost
