-- part_range: for a price that charges parts of a meter (a cache rate) which a format does not
-- record, the lowest and highest rate a unit of the whole may have had (D3).
-- A charged meter outside any whole (seconds beside tokens) has no bound: see expected_cost.
SELECT
  w.price_set_id,
  f.import_id,
  w.meter,
  min(CASE WHEN l.unit_rate < w.unit_rate THEN l.unit_rate ELSE w.unit_rate END) AS lowest_rate,
  max(CASE WHEN l.unit_rate > w.unit_rate THEN l.unit_rate ELSE w.unit_rate END) AS highest_rate
FROM price_line AS w
JOIN meter AS k
  ON k.part_of = w.meter
JOIN price_line AS l
  ON l.price_set_id = w.price_set_id AND l.meter = k.meter
CROSS JOIN (SELECT DISTINCT import_id FROM usage_record) AS f
LEFT JOIN recorded_meter AS r
  ON r.import_id = f.import_id AND r.meter = l.meter
WHERE r.import_id IS NULL
GROUP BY w.price_set_id, f.import_id, w.meter
