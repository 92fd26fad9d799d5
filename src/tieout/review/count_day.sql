-- count_day: the same by day: cells, both quantities, and the differences, plus and minus apart (U6).
SELECT
  count_id,
  feed_name,
  day,
  meter,
  by_model,
  by_key,
  model_as_logged,
  key_name,
  state,
  reason,
  count(*) AS cells,
  CAST(sum(our_quantity) AS DECIMAL(38,3)) AS our_quantity,
  CAST(sum(vendor_quantity) AS DECIMAL(38,3)) AS vendor_quantity,
  CAST(sum(CASE WHEN difference > 0 THEN difference ELSE 0 END) AS DECIMAL(38,3)) AS plus,
  CAST(sum(CASE WHEN difference < 0 THEN difference ELSE 0 END) AS DECIMAL(38,3)) AS minus,
  CAST(sum(our_rows) AS BIGINT) AS our_rows,
  CAST(sum(unknown_rows) AS BIGINT) AS unknown_rows,
  CAST(sum(repeated_rows) AS BIGINT) AS repeated_rows,
  CAST(sum(refund_rows) AS BIGINT) AS refund_rows,
  CAST(sum(other_rows) AS BIGINT) AS other_rows
FROM count_cell
GROUP BY
  count_id, feed_name, day, meter, by_model, by_key, model_as_logged, key_name, state, reason
