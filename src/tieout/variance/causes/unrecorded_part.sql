-- unrecorded_part: single calls booked above what is expected by a whole number of units of a meter that
-- their format does not record, at the rate that its price states: added to the meter that may include
-- them, as cached tokens to the prompt tokens they are part of. That meter bounds how many there are.
-- Whole numbers come about by chance. So every such call of the model that nothing else explains must fit,
-- and two of them at least, by different numbers, must be signs: what is added is a whole number of units
-- at no other rate of the price. A rate that is no thousand times the declared step fits by chance as well.
WITH stated_rate AS (
  -- Nothing is a whole number of units at no rate, nor of a rate that is not what the ledger holds.
  SELECT
    l.price_set_id,
    l.meter,
    CASE
      WHEN t.basis = 'list' AND l.list_unit_rate > 0 THEN l.list_unit_rate
      WHEN t.basis = 'net' AND l.unit_rate > 0 THEN l.unit_rate
    END AS rate,
    t.half_step
  FROM price_line AS l
  CROSS JOIN ledger_terms AS t
),
tried AS (
  SELECT
    o.line_key,
    o.source_model_id,
    p.price_set_id,
    p.meter,
    p.rate,
    p.half_step,
    q.quantity,
    CAST(o.recorded_cost - o.basis_cost AS DECIMAL(38,21)) AS difference
  FROM unclosed_line AS o
  JOIN open_row AS r
    ON r.line_key = o.line_key
  JOIN usage_record AS u
    ON u.row_id = r.row_id
  JOIN meter_reading AS q
    ON q.row_id = r.row_id
  JOIN meter AS k
    ON k.part_of = q.meter
  JOIN stated_rate AS p
    ON p.price_set_id = r.price_set_id AND p.meter = k.meter
  LEFT JOIN recorded_meter AS f
    ON f.import_id = u.import_id AND f.meter = k.meter
  LEFT JOIN estimated_meter AS e
    ON e.row_id = r.row_id AND e.meter = k.meter
  LEFT JOIN within_range AS w
    ON w.line_key = o.line_key
  WHERE o.usage_rows = 1 AND f.import_id IS NULL AND e.row_id IS NULL AND w.line_key IS NULL
),
ambiguous AS (
  SELECT DISTINCT p.line_key, p.meter
  FROM tried AS p
  JOIN stated_rate AS x
    ON x.price_set_id = p.price_set_id AND x.meter <> p.meter
  WHERE p.difference % x.rate <= p.half_step OR x.rate - p.difference % x.rate <= p.half_step
),
judged AS (
  SELECT
    p.line_key,
    p.source_model_id,
    p.meter,
    p.difference,
    a.line_key IS NULL AS is_sign,
    p.difference > 0 AND p.half_step * 2000 <= p.rate
      AND p.difference - p.half_step <= p.quantity * p.rate
      AND (p.difference % p.rate <= p.half_step
        OR p.rate - p.difference % p.rate <= p.half_step) AS fits
  FROM tried AS p
  LEFT JOIN ambiguous AS a
    ON a.line_key = p.line_key AND a.meter = p.meter
),
consistent AS (
  SELECT source_model_id, meter
  FROM judged
  GROUP BY source_model_id, meter
  HAVING count(CASE WHEN fits THEN 1 END) = count(*)
    AND count(DISTINCT CASE WHEN is_sign THEN difference END) > 1
)
SELECT
  j.line_key,
  'unrecorded_part_added' AS cause,
  concat(j.meter, ' added to its whole') AS variant
FROM judged AS j
JOIN consistent AS c
  ON c.source_model_id = j.source_model_id AND c.meter = j.meter
