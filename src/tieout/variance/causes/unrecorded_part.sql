-- unrecorded_part: single calls booked above what is expected by a whole number of units of a meter that
-- their format does not record, at its own rate: counted within the meter that includes it, and once more
-- beside it, as for cached tokens that were added to the prompt tokens they are part of. The whole bounds
-- how many there are. Whole numbers come about by chance: one call is no sign, and neither are several
-- where another call of the model that nothing explains does not fit, or where the rate is no thousand
-- times the declared step.
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
    t.half_step
  FROM unexplained_line AS o
  CROSS JOIN ledger_terms AS t
  JOIN open_row AS r
    ON r.line_key = o.line_key
  JOIN usage_record AS u
    ON u.row_id = r.row_id
  JOIN meter_reading AS q
    ON q.row_id = r.row_id
  JOIN meter AS k
    ON k.part_of = q.meter
  JOIN rate_line AS l
    ON l.price_set_id = r.price_set_id AND l.meter = k.meter
  LEFT JOIN recorded_meter AS f
    ON f.import_id = u.import_id AND f.meter = k.meter
  LEFT JOIN within_range AS w
    ON w.line_key = o.line_key
  WHERE o.usage_rows = 1 AND f.import_id IS NULL AND w.line_key IS NULL AND r.counts
    AND t.basis IN ('net', 'list') AND o.recorded_cost > o.basis_cost
),
judged AS (
  SELECT
    line_key,
    source_model_id,
    meter,
    half_step * 2000 <= part_rate
      AND difference - half_step <= quantity * part_rate
      AND (difference % part_rate <= half_step OR part_rate - difference % part_rate <= half_step)
      AS fits
  FROM tried
),
consistent AS (
  SELECT source_model_id, meter
  FROM judged
  GROUP BY source_model_id, meter
  HAVING count(DISTINCT line_key) > 1 AND count(CASE WHEN fits THEN 1 END) = count(*)
)
SELECT DISTINCT
  j.line_key,
  'unrecorded_part_counted_twice' AS cause,
  concat(j.meter, ' beside its whole') AS variant
FROM judged AS j
JOIN consistent AS c
  ON c.source_model_id = j.source_model_id AND c.meter = j.meter
