-- unrecorded_part: single calls booked above what is expected by a whole number of units of a meter that
-- their format does not record, at the rate that its price states: added to the meter that may include
-- them, as cached tokens to the prompt tokens they are part of. That meter bounds how many there are.
-- Whole numbers come about by chance. So every call of the model that nothing else explains must fit, and
-- two of them at least, by different numbers, must be signs: what is added is a whole number of units at
-- no other rate of the price. A rate that is no thousand times the declared step fits by chance as well.
WITH tried AS (
  SELECT
    o.line_key,
    o.source_model_id,
    l.meter,
    q.quantity,
    CAST(o.recorded_cost - o.basis_cost AS DECIMAL(38,21)) AS difference,
    -- Nothing is a whole number of units at no rate.
    CASE
      WHEN t.basis = 'list' AND l.list_unit_rate > 0 THEN l.list_unit_rate
      WHEN t.basis <> 'list' AND l.unit_rate > 0 THEN l.unit_rate END AS part_rate,
    l.price_set_id,
    t.basis,
    t.half_step
  FROM unclosed_line AS o
  CROSS JOIN ledger_terms AS t
  JOIN open_row AS r
    ON r.line_key = o.line_key
  JOIN usage_record AS u
    ON u.row_id = r.row_id
  JOIN meter_reading AS q
    ON q.row_id = r.row_id
  JOIN meter AS k
    ON k.part_of = q.meter
  JOIN price_line AS l
    ON l.price_set_id = r.price_set_id AND l.meter = k.meter
  LEFT JOIN recorded_meter AS f
    ON f.import_id = u.import_id AND f.meter = k.meter
  LEFT JOIN estimated_meter AS e
    ON e.row_id = r.row_id AND e.meter = k.meter
  LEFT JOIN within_range AS w
    ON w.line_key = o.line_key
  WHERE o.usage_rows = 1 AND f.import_id IS NULL AND e.row_id IS NULL AND w.line_key IS NULL
    AND t.basis IN ('net', 'list')
),
other_rate AS (
  SELECT
    p.line_key,
    p.meter,
    CASE
      WHEN p.basis = 'list' AND x.list_unit_rate > 0 THEN p.difference % x.list_unit_rate
      WHEN p.basis <> 'list' AND x.unit_rate > 0 THEN p.difference % x.unit_rate END AS beyond,
    CASE WHEN p.basis = 'list' THEN x.list_unit_rate ELSE x.unit_rate END AS rate,
    p.half_step
  FROM tried AS p
  JOIN price_line AS x
    ON x.price_set_id = p.price_set_id AND x.meter <> p.meter
),
ambiguous AS (
  SELECT DISTINCT line_key, meter
  FROM other_rate
  WHERE beyond <= half_step OR rate - beyond <= half_step
),
judged AS (
  SELECT
    p.line_key,
    p.source_model_id,
    p.meter,
    p.difference,
    a.line_key IS NULL AS is_sign,
    p.difference > 0 AND p.half_step * 2000 <= p.part_rate
      AND p.difference - p.half_step <= p.quantity * p.part_rate
      AND (p.difference % p.part_rate <= p.half_step
        OR p.part_rate - p.difference % p.part_rate <= p.half_step) AS fits
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
