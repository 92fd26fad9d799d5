-- meter_reading: what each usage row consumed, one leaf meter a line (U4).
-- Leaves are disjoint: where a format reports a whole that includes its parts, the parts come off.
-- A meter that was not recorded has no line here, unless an approved estimate stands for it (U5); zero
-- has one. An estimated part comes off its whole like a recorded one.
-- What settles a call repeats it, if anything, and consumes nothing itself.
WITH stated AS (
  SELECT r.row_id, 'input_tokens' AS meter,
    CAST(coalesce(e.quantity, r.input_tokens - CASE WHEN input_includes_parts
      THEN coalesce(cache_read_tokens, 0) + coalesce(cache_write_tokens, 0) + coalesce(cache_write_1h_tokens, 0) + coalesce(audio_input_tokens, 0) + coalesce(image_input_tokens, 0)
      ELSE 0 END) AS DECIMAL(15,3)) AS quantity
  FROM usage_reading AS r
  LEFT JOIN estimated_meter AS e
    ON e.row_id = r.row_id AND e.meter = 'input_tokens' AND e.is_rest
  WHERE r.input_tokens IS NOT NULL
  UNION ALL
  SELECT row_id, 'cache_read_tokens' AS meter,
    cache_read_tokens AS quantity
  FROM usage_reading WHERE cache_read_tokens IS NOT NULL
  UNION ALL
  SELECT row_id, 'cache_write_tokens' AS meter,
    cache_write_tokens AS quantity
  FROM usage_reading WHERE cache_write_tokens IS NOT NULL
  UNION ALL
  SELECT row_id, 'cache_write_1h_tokens' AS meter,
    cache_write_1h_tokens AS quantity
  FROM usage_reading WHERE cache_write_1h_tokens IS NOT NULL
  UNION ALL
  SELECT row_id, 'audio_input_tokens' AS meter,
    audio_input_tokens AS quantity
  FROM usage_reading WHERE audio_input_tokens IS NOT NULL
  UNION ALL
  SELECT row_id, 'image_input_tokens' AS meter,
    image_input_tokens AS quantity
  FROM usage_reading WHERE image_input_tokens IS NOT NULL
  UNION ALL
  SELECT r.row_id, 'output_tokens' AS meter,
    CAST(coalesce(e.quantity, r.output_tokens - CASE WHEN output_includes_parts
      THEN coalesce(reasoning_tokens, 0) + coalesce(audio_output_tokens, 0)
      ELSE 0 END) AS DECIMAL(15,3)) AS quantity
  FROM usage_reading AS r
  LEFT JOIN estimated_meter AS e
    ON e.row_id = r.row_id AND e.meter = 'output_tokens' AND e.is_rest
  WHERE r.output_tokens IS NOT NULL
  UNION ALL
  SELECT row_id, 'reasoning_tokens' AS meter,
    reasoning_tokens AS quantity
  FROM usage_reading WHERE reasoning_tokens IS NOT NULL
  UNION ALL
  SELECT row_id, 'audio_output_tokens' AS meter,
    audio_output_tokens AS quantity
  FROM usage_reading WHERE audio_output_tokens IS NOT NULL
  UNION ALL
  SELECT row_id, 'requests' AS meter,
    requests AS quantity
  FROM usage_reading WHERE requests IS NOT NULL
  UNION ALL
  SELECT row_id, 'seconds' AS meter,
    seconds AS quantity
  FROM usage_reading WHERE seconds IS NOT NULL
  UNION ALL
  SELECT row_id, 'images' AS meter,
    images AS quantity
  FROM usage_reading WHERE images IS NOT NULL
  UNION ALL
  SELECT row_id, 'characters' AS meter,
    characters AS quantity
  FROM usage_reading WHERE characters IS NOT NULL
  UNION ALL
  SELECT row_id, meter,
    quantity
  FROM estimated_meter WHERE NOT is_rest
)
SELECT q.row_id, q.meter, q.quantity
FROM stated AS q
LEFT JOIN settlement_link AS x
  ON x.row_id = q.row_id
WHERE x.row_id IS NULL
