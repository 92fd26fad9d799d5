-- missing_meter: consumption whose price needs a meter that was not recorded (U5, D3).
-- Needed is a meter the price charges for and the format records; and input and output tokens
-- always, since a price per token cannot be applied to a count of requests. A rate of zero charges
-- nothing, unless its meter is part of another one, whose own count then is unknown too. What settles
-- a call at another charge needs none: it consumes nothing itself.
SELECT DISTINCT p.row_id
FROM usage_price AS p
JOIN usage_record AS u
  ON u.row_id = p.row_id AND u.entry_kind = 'consumption'
JOIN price_line AS l
  ON l.price_set_id = p.price_set_id
JOIN meter AS k
  ON k.meter = l.meter AND (l.unit_rate <> 0 OR k.part_of IS NOT NULL)
LEFT JOIN recorded_meter AS f
  ON f.import_id = u.import_id AND f.meter = l.meter
LEFT JOIN meter_reading AS q
  ON q.row_id = p.row_id AND q.meter = l.meter
LEFT JOIN settlement_link AS x
  ON x.row_id = p.row_id
WHERE q.row_id IS NULL AND x.row_id IS NULL
  AND (f.meter IS NOT NULL OR l.meter IN ('input_tokens', 'output_tokens'))
