-- estimated_meter: units of meters that were not recorded, as an estimate in force says (U5).
-- An estimate gives units of each row, or of each unit of a meter that the row states; that product is
-- exact where the stated quantity is whole, and there is none where it is not or does not fit.
-- Where a format states a whole that includes its parts, an estimated part comes off the whole, whose
-- line here is the rest; where the whole is too small for that, nothing of it is estimated.
WITH held AS (
  SELECT
    r.row_id,
    e.estimate_id,
    e.meter,
    e.per_meter,
    k.part_of,
    e.quantity,
    e.lowest_quantity,
    e.highest_quantity,
    -- Wide, so that a product can be compared before it has to fit.
    CAST(CASE e.per_meter
      WHEN 'input_tokens' THEN r.input_tokens
      WHEN 'cache_read_tokens' THEN r.cache_read_tokens
      WHEN 'cache_write_tokens' THEN r.cache_write_tokens
      WHEN 'cache_write_1h_tokens' THEN r.cache_write_1h_tokens
      WHEN 'audio_input_tokens' THEN r.audio_input_tokens
      WHEN 'image_input_tokens' THEN r.image_input_tokens
      WHEN 'output_tokens' THEN r.output_tokens
      WHEN 'reasoning_tokens' THEN r.reasoning_tokens
      WHEN 'audio_output_tokens' THEN r.audio_output_tokens
      WHEN 'requests' THEN r.requests
      WHEN 'seconds' THEN r.seconds
      WHEN 'images' THEN r.images
      WHEN 'characters' THEN r.characters
    END AS DECIMAL(19,3)) AS base,
    CASE k.part_of
      WHEN 'input_tokens' THEN r.input_includes_parts AND r.input_tokens IS NOT NULL
      WHEN 'output_tokens' THEN r.output_includes_parts AND r.output_tokens IS NOT NULL
      ELSE FALSE
    END AS within_whole
  FROM meter_estimate AS e
  JOIN model_resolution AS m
    ON m.leg = 'usage' AND m.source_model_id = e.source_model_id
  JOIN usage_reading AS r
    ON r.row_id = m.row_id AND r.entry_kind = 'consumption'
    AND r.occurred_at >= e.effective_from AND r.occurred_at < e.effective_until
  JOIN meter AS k
    ON k.meter = e.meter
  LEFT JOIN settlement_link AS x
    ON x.row_id = r.row_id
  WHERE x.row_id IS NULL AND CASE e.meter
    WHEN 'input_tokens' THEN r.input_tokens
    WHEN 'cache_read_tokens' THEN r.cache_read_tokens
    WHEN 'cache_write_tokens' THEN r.cache_write_tokens
    WHEN 'cache_write_1h_tokens' THEN r.cache_write_1h_tokens
    WHEN 'audio_input_tokens' THEN r.audio_input_tokens
    WHEN 'image_input_tokens' THEN r.image_input_tokens
    WHEN 'output_tokens' THEN r.output_tokens
    WHEN 'reasoning_tokens' THEN r.reasoning_tokens
    WHEN 'audio_output_tokens' THEN r.audio_output_tokens
    WHEN 'requests' THEN r.requests
    WHEN 'seconds' THEN r.seconds
    WHEN 'images' THEN r.images
    WHEN 'characters' THEN r.characters
  END IS NULL
),
fitting AS (
  SELECT
    row_id,
    estimate_id,
    meter,
    per_meter,
    part_of,
    within_whole,
    base,
    quantity,
    lowest_quantity,
    highest_quantity,
    base = CAST(base AS DECIMAL(13,0)) AND base * highest_quantity < 1000000000000 AS fits
  FROM held
),
-- The condition stands in each column, because an engine may compute a column before it filters.
sized AS (
  SELECT
    row_id,
    estimate_id,
    meter,
    part_of,
    within_whole,
    CASE WHEN per_meter IS NULL THEN quantity
      WHEN fits THEN CAST(base * quantity AS DECIMAL(15,3)) END AS quantity,
    CASE WHEN per_meter IS NULL THEN lowest_quantity
      WHEN fits THEN CAST(base * lowest_quantity AS DECIMAL(15,3)) END AS lowest_quantity,
    CASE WHEN per_meter IS NULL THEN highest_quantity
      WHEN fits THEN CAST(base * highest_quantity AS DECIMAL(15,3)) END AS highest_quantity
  FROM fitting
  WHERE per_meter IS NULL OR fits
),
taken AS (
  SELECT
    row_id,
    part_of AS meter,
    sum(quantity) AS quantity,
    sum(lowest_quantity) AS lowest_quantity,
    sum(highest_quantity) AS highest_quantity
  FROM sized
  WHERE within_whole
  GROUP BY row_id, part_of
),
leaf AS (
  SELECT
    t.row_id,
    t.meter,
    t.quantity,
    t.lowest_quantity,
    t.highest_quantity,
    CASE WHEN t.meter = 'input_tokens'
      THEN r.input_tokens - coalesce(r.cache_read_tokens, 0) - coalesce(r.cache_write_tokens, 0)
        - coalesce(r.cache_write_1h_tokens, 0) - coalesce(r.audio_input_tokens, 0)
        - coalesce(r.image_input_tokens, 0)
      ELSE r.output_tokens - coalesce(r.reasoning_tokens, 0) - coalesce(r.audio_output_tokens, 0)
    END AS recorded
  FROM taken AS t
  JOIN usage_reading AS r
    ON r.row_id = t.row_id
)
SELECT
  s.row_id,
  s.meter,
  s.estimate_id,
  FALSE AS is_rest,
  CAST(s.quantity AS DECIMAL(15,3)) AS quantity,
  CAST(s.lowest_quantity AS DECIMAL(15,3)) AS lowest_quantity,
  CAST(s.highest_quantity AS DECIMAL(15,3)) AS highest_quantity
FROM sized AS s
LEFT JOIN leaf AS f
  ON f.row_id = s.row_id AND f.meter = s.part_of AND s.within_whole
WHERE f.row_id IS NULL OR f.highest_quantity <= f.recorded
UNION ALL
SELECT
  f.row_id,
  f.meter,
  CAST(NULL AS STRING) AS estimate_id,
  TRUE AS is_rest,
  CAST(f.recorded - f.quantity AS DECIMAL(15,3)) AS quantity,
  CAST(f.recorded - f.highest_quantity AS DECIMAL(15,3)) AS lowest_quantity,
  CAST(f.recorded - f.lowest_quantity AS DECIMAL(15,3)) AS highest_quantity
FROM leaf AS f
WHERE f.highest_quantity <= f.recorded
