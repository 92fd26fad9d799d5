-- ledger_record: each ledger entry with its reporting day and its place against the period (D6).
-- An entry from before with the id of an item that an earlier run left open is called back for it.
SELECT
  r.row_id,
  r.import_id,
  r.ledger_entry_id,
  r.request_id,
  r.payload_digest,
  r.posted_at,
  CAST(r.posted_at + z.offset_seconds * INTERVAL '1' SECOND AS DATE) AS ledger_day,
  CASE
    WHEN r.posted_at >= b.period_start AND r.posted_at < b.period_end THEN 'period'
    WHEN r.posted_at >= b.margin_start AND r.posted_at < b.margin_end THEN 'margin'
    WHEN r.posted_at < b.period_start AND c.request_id IS NOT NULL THEN 'carried'
    ELSE 'outside'
  END AS period_window,
  r.model_as_recorded,
  r.environment,
  r.customer,
  r.workspace,
  r.project,
  r.cost_center,
  r.recorded_cost,
  r.currency
FROM ledger_reading AS r
CROSS JOIN period_bounds AS b
JOIN zone_offset AS z
  ON r.posted_at >= z.utc_from AND r.posted_at < z.utc_until
LEFT JOIN (
  SELECT DISTINCT substr(line_key, 4) AS request_id
  FROM carried_item
  WHERE grain = 'request' AND NOT own_period
) AS c
  ON c.request_id = r.request_id
