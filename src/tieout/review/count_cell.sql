-- count_cell: whether our rows and the vendor's count agree, and the trap behind a difference (U6).
-- A known trap explains a difference only where it does so exactly, and only where no other cell of
-- the same count shows that the vendor counts otherwise.
WITH beside AS (
  SELECT
    s.count_id,
    s.feed_name,
    s.day,
    s.counted_from,
    s.counted_until,
    s.meter,
    s.by_model,
    s.by_key,
    s.read_early,
    s.counted_from < b.period_start OR s.counted_until > b.period_end AS crosses_period,
    c.model_as_logged,
    c.key_name,
    c.our_quantity,
    c.completed_quantity,
    c.call_quantity,
    c.plain_quantity,
    c.leaf_quantity,
    c.refund_quantity,
    c.vendor_quantity,
    c.vendor_lines,
    c.our_rows,
    c.unknown_rows,
    c.repeated_rows,
    c.refund_rows,
    c.other_rows,
    max(CASE WHEN c.vendor_quantity = c.our_quantity AND c.call_quantity <> c.our_quantity
      THEN 1 ELSE 0 END) OVER (PARTITION BY s.count_id, s.meter) AS settlements_counted,
    max(CASE WHEN c.vendor_quantity = c.our_quantity AND c.completed_quantity <> c.our_quantity
      THEN 1 ELSE 0 END) OVER (PARTITION BY s.count_id, s.meter) AS unfinished_counted,
    max(CASE WHEN c.vendor_quantity = c.our_quantity AND c.refund_quantity <> 0
      THEN 1 ELSE 0 END) OVER (PARTITION BY s.count_id, s.meter) AS refunds_not_taken_off,
    -- A row that settles a call has no leaves of its own, so its cell shows nothing of parts.
    max(CASE WHEN c.vendor_quantity = c.our_quantity AND c.call_quantity = c.our_quantity
      AND c.leaf_quantity <> 0 AND c.leaf_quantity <> c.our_quantity
      THEN 1 ELSE 0 END) OVER (PARTITION BY s.count_id, s.meter) AS parts_counted
  FROM count_beside AS c
  JOIN count_span AS s
    ON s.span_id = c.span_id
  CROSS JOIN period_bounds AS b
),
weighed AS (
  SELECT
    count_id,
    feed_name,
    day,
    counted_from,
    counted_until,
    meter,
    by_model,
    by_key,
    model_as_logged,
    key_name,
    our_quantity,
    vendor_quantity,
    vendor_lines,
    our_rows,
    unknown_rows,
    repeated_rows,
    refund_rows,
    other_rows,
    CASE
      WHEN crosses_period THEN 'crosses_period'
      WHEN our_rows > 0 AND unknown_rows = our_rows THEN 'not_recorded'
    END AS not_compared,
    CASE
      WHEN vendor_quantity = our_quantity THEN NULL
      WHEN settlements_counted = 0 AND vendor_quantity = call_quantity THEN 'settlements_left_out'
      WHEN unfinished_counted = 0 AND vendor_quantity = completed_quantity
        THEN 'not_completed_left_out'
      WHEN settlements_counted + unfinished_counted = 0 AND vendor_quantity = plain_quantity
        THEN 'both_left_out'
      WHEN meter = 'charged_units' AND refunds_not_taken_off = 0
        AND vendor_quantity = our_quantity - refund_quantity THEN 'refunds_taken_off'
      WHEN our_rows > 0 AND parts_counted = 0 AND leaf_quantity <> 0
        AND vendor_quantity = leaf_quantity THEN 'parts_left_out'
      WHEN read_early AND vendor_quantity <= call_quantity THEN 'read_early'
    END AS trap
  FROM beside
)
SELECT
  count_id,
  feed_name,
  day,
  counted_from,
  counted_until,
  meter,
  by_model,
  by_key,
  model_as_logged,
  key_name,
  CAST(our_quantity AS DECIMAL(38,3)) AS our_quantity,
  CAST(vendor_quantity AS DECIMAL(38,3)) AS vendor_quantity,
  CAST(our_quantity - vendor_quantity AS DECIMAL(38,3)) AS difference,
  vendor_lines,
  our_rows,
  unknown_rows,
  repeated_rows,
  refund_rows,
  other_rows,
  CASE
    WHEN not_compared IS NOT NULL THEN 'not_compared'
    WHEN vendor_quantity = our_quantity THEN 'equal'
    WHEN trap IS NOT NULL THEN 'explained'
    WHEN our_rows = 0 THEN 'ours_missing'
    WHEN vendor_lines = 0 THEN 'vendor_missing'
    ELSE 'differs'
  END AS state,
  coalesce(not_compared, trap) AS reason
FROM weighed
