-- count_beside: our rows beside what the vendor counts, per stretch of time, model and key (U6).
-- A vendor counts by the time its log shows, which is the end of a call where that is what it logs.
-- Beside our whole quantity stand those that a vendor is known to count instead.
WITH our_row AS (
  SELECT
    s.span_id,
    CASE WHEN s.by_model THEN r.model_as_logged END AS model_as_logged,
    CASE WHEN s.by_key THEN r.key_name END AS key_name,
    -- A record that is repeated counts once; refunds and rows about the account are no calls.
    CASE WHEN i.row_id IS NOT NULL THEN 'repeat' ELSE r.entry_kind END AS place,
    r.outcome = 'completed' AS is_completed,
    r.task_id IS NOT NULL AND r.request_id IS NULL AS is_settlement,
    CASE s.meter
      WHEN 'rows' THEN CAST(1 AS DECIMAL(15,3))
      WHEN 'charged_units' THEN r.charged_units
      WHEN 'total_tokens' THEN CASE
        WHEN r.total_tokens IS NOT NULL THEN r.total_tokens
        WHEN r.input_includes_parts AND r.output_includes_parts
          THEN CAST(r.input_tokens + r.output_tokens AS DECIMAL(15,3)) END
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
    END AS quantity,
    q.quantity AS leaf_quantity
  FROM count_span AS s
  JOIN count_hour AS h
    ON h.span_id = s.span_id
  JOIN usage_feed AS f
    ON f.feed_name = s.feed_name
  JOIN usage_reading AS r
    ON r.import_id = f.import_id
    -- By the hour first, so that no row is held against the stretches of other hours.
    AND substr(
      CAST(coalesce(CASE WHEN r.time_basis = 'duration' THEN r.ended_at END, r.occurred_at) AS STRING),
      1, 13
    ) = h.utc_hour
    AND coalesce(CASE WHEN r.time_basis = 'duration' THEN r.ended_at END, r.occurred_at) >= s.counted_from
    AND coalesce(CASE WHEN r.time_basis = 'duration' THEN r.ended_at END, r.occurred_at) < s.counted_until
  LEFT JOIN usage_identity AS i
    ON i.row_id = r.row_id AND i.identity = 'repeat'
  LEFT JOIN meter_reading AS q
    ON q.row_id = r.row_id AND q.meter = s.meter
),
stacked AS (
  SELECT
    span_id,
    model_as_logged,
    key_name,
    CASE WHEN place = 'consumption' THEN quantity END AS our_quantity,
    CASE WHEN place = 'consumption' AND is_completed THEN quantity END AS completed_quantity,
    CASE WHEN place = 'consumption' AND NOT is_settlement THEN quantity END AS call_quantity,
    CASE WHEN place = 'consumption' AND is_completed AND NOT is_settlement THEN quantity END
      AS plain_quantity,
    CASE WHEN place = 'consumption' THEN leaf_quantity END AS leaf_quantity,
    CASE WHEN place = 'refund' THEN quantity END AS refund_quantity,
    place,
    CAST(NULL AS DECIMAL(15,3)) AS vendor_quantity,
    0 AS vendor_line
  FROM our_row
  UNION ALL
  SELECT
    span_id,
    model_as_logged,
    key_name,
    CAST(NULL AS DECIMAL(15,3)) AS our_quantity,
    CAST(NULL AS DECIMAL(15,3)) AS completed_quantity,
    CAST(NULL AS DECIMAL(15,3)) AS call_quantity,
    CAST(NULL AS DECIMAL(15,3)) AS plain_quantity,
    CAST(NULL AS DECIMAL(15,3)) AS leaf_quantity,
    CAST(NULL AS DECIMAL(15,3)) AS refund_quantity,
    'vendor' AS place,
    quantity AS vendor_quantity,
    1 AS vendor_line
  FROM vendor_count
)
SELECT
  span_id,
  model_as_logged,
  key_name,
  CAST(coalesce(sum(our_quantity), 0) AS DECIMAL(38,3)) AS our_quantity,
  CAST(coalesce(sum(completed_quantity), 0) AS DECIMAL(38,3)) AS completed_quantity,
  CAST(coalesce(sum(call_quantity), 0) AS DECIMAL(38,3)) AS call_quantity,
  CAST(coalesce(sum(plain_quantity), 0) AS DECIMAL(38,3)) AS plain_quantity,
  CAST(coalesce(sum(leaf_quantity), 0) AS DECIMAL(38,3)) AS leaf_quantity,
  CAST(coalesce(sum(refund_quantity), 0) AS DECIMAL(38,3)) AS refund_quantity,
  CAST(coalesce(sum(vendor_quantity), 0) AS DECIMAL(38,3)) AS vendor_quantity,
  CAST(sum(vendor_line) AS BIGINT) AS vendor_lines,
  count(CASE WHEN place = 'consumption' THEN 1 END) AS our_rows,
  count(CASE WHEN place = 'consumption' AND our_quantity IS NULL THEN 1 END) AS unknown_rows,
  count(CASE WHEN place = 'repeat' THEN 1 END) AS repeated_rows,
  count(CASE WHEN place = 'refund' THEN 1 END) AS refund_rows,
  count(CASE WHEN place = 'not_usage' THEN 1 END) AS other_rows
FROM stacked
GROUP BY span_id, model_as_logged, key_name
