-- meter_priced_otherwise: what each open row would cost if one of its meters had been left out, counted
-- within its whole and once more on its own, or priced as its whole; or if output cost what input does.
-- Left out is a stream whose output nobody counted, or reasoning; counted twice are cached tokens in a
-- format whose input includes them. What a meter costs is asked of the price in force (L3).
WITH priced AS (
  SELECT
    r.line_key,
    r.row_id,
    r.counts,
    CASE WHEN t.basis = 'list' THEN r.list_cost ELSE r.full_cost END AS whole_cost,
    q.meter,
    coalesce(k.part_of, q.meter) AS whole_meter,
    CAST(q.quantity * m.basis_unit_rate AS DECIMAL(38,21)) AS meter_cost,
    CASE WHEN k.part_of IS NOT NULL
      THEN CAST(q.quantity * w.basis_unit_rate AS DECIMAL(38,21)) END AS cost_as_whole,
    CAST(q.quantity * i.basis_unit_rate AS DECIMAL(38,21)) AS cost_as_input
  FROM open_row AS r
  CROSS JOIN ledger_terms AS t
  JOIN rated_meter AS q
    ON q.row_id = r.row_id AND q.quantity > 0
  JOIN meter AS k
    ON k.meter = q.meter
  JOIN rate_line AS m
    ON m.price_set_id = r.price_set_id AND m.meter = q.meter
  LEFT JOIN rate_line AS w
    ON w.price_set_id = r.price_set_id AND w.meter = k.part_of
  LEFT JOIN rate_line AS i
    ON i.price_set_id = r.price_set_id AND i.meter = 'input_tokens'
)
SELECT
  line_key,
  row_id,
  CASE WHEN meter LIKE 'cache%' THEN 'cache_not_counted' ELSE 'meter_not_counted' END AS cause,
  meter AS variant,
  CASE WHEN counts THEN CAST(whole_cost - meter_cost AS DECIMAL(38,21)) ELSE 0 END AS amount
FROM priced
WHERE meter_cost <> 0
UNION ALL
SELECT
  line_key,
  row_id,
  'meter_not_counted' AS cause,
  concat(whole_meter, ' with its parts') AS variant,
  CASE WHEN counts THEN CAST(whole_cost - sum(meter_cost) AS DECIMAL(38,21)) ELSE 0 END AS amount
FROM priced
GROUP BY line_key, row_id, counts, whole_cost, whole_meter
UNION ALL
SELECT
  line_key,
  row_id,
  'part_counted_twice' AS cause,
  meter AS variant,
  CASE WHEN counts THEN CAST(whole_cost + cost_as_whole AS DECIMAL(38,21)) ELSE 0 END AS amount
FROM priced
WHERE cost_as_whole <> 0
UNION ALL
SELECT
  line_key,
  row_id,
  'part_priced_as_whole' AS cause,
  meter AS variant,
  CASE WHEN counts
    THEN CAST(whole_cost - meter_cost + cost_as_whole AS DECIMAL(38,21)) ELSE 0 END AS amount
FROM priced
WHERE cost_as_whole <> meter_cost
UNION ALL
SELECT
  line_key,
  row_id,
  'output_at_input_price' AS cause,
  'price of input' AS variant,
  CASE WHEN counts
    THEN CAST(whole_cost - sum(meter_cost) + sum(cost_as_input) AS DECIMAL(38,21))
    ELSE 0 END AS amount
FROM priced
WHERE whole_meter = 'output_tokens' AND cost_as_input IS NOT NULL
GROUP BY line_key, row_id, counts, whole_cost
