-- repriced_line: lines that nothing special closes, and whether the prices of all other models are tried on them: those
-- with the fewest calls first, as long as they are ten thousand together.
SELECT
  line_key,
  source_model_id,
  currency,
  usage_rows,
  sum(usage_rows) OVER (ORDER BY usage_rows, line_key ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) <= 10000
    AS is_searched
FROM unexplained_line
WHERE source_model_id IS NOT NULL
