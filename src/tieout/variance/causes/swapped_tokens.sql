-- swapped_tokens: what each open row would cost with input and output tokens exchanged.
SELECT
  r.line_key,
  r.row_id,
  'tokens_swapped' AS cause,
  'input and output' AS variant,
  CASE WHEN r.counts THEN CAST(sum(CAST(
    CASE q.meter
      WHEN 'input_tokens' THEN q.quantity * o.basis_unit_rate
      WHEN 'output_tokens' THEN q.quantity * i.basis_unit_rate
      ELSE q.quantity * w.basis_unit_rate
    END AS DECIMAL(38,21))) AS DECIMAL(38,21)) ELSE 0 END AS amount
FROM open_row AS r
JOIN rated_meter AS q
  ON q.row_id = r.row_id
JOIN rate_line AS w
  ON w.price_set_id = r.price_set_id AND w.meter = q.meter
JOIN rate_line AS i
  ON i.price_set_id = r.price_set_id AND i.meter = 'input_tokens'
JOIN rate_line AS o
  ON o.price_set_id = r.price_set_id AND o.meter = 'output_tokens'
GROUP BY r.line_key, r.row_id, r.counts
