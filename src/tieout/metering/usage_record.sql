-- usage_record: each usage reading with its reporting day and its place against the period (D6).
-- A row is in the period, within the margin of a neighbour (it may be a counterpart), or outside; a
-- row from before with the id of an item that an earlier run left open is called back for it (D25).
SELECT
  r.row_id,
  r.import_id,
  r.entry_kind,
  r.row_type,
  r.request_id,
  r.attempt,
  r.task_id,
  r.payload_digest,
  r.occurred_at,
  -- The reporting zone is a table of offsets, so no engine's own zone rules take part.
  CAST(r.occurred_at + z.offset_seconds * INTERVAL '1' SECOND AS DATE) AS usage_day,
  CASE
    WHEN r.occurred_at >= b.period_start AND r.occurred_at < b.period_end THEN 'period'
    WHEN r.occurred_at >= b.margin_start AND r.occurred_at < b.margin_end THEN 'margin'
    WHEN r.occurred_at < b.period_start AND c.request_id IS NOT NULL THEN 'carried'
    ELSE 'outside'
  END AS period_window,
  r.model_as_logged,
  r.outcome,
  r.environment,
  r.key_name,
  r.customer,
  r.workspace,
  r.project,
  r.cost_center,
  r.charged_units,
  r.charged_cost,
  r.currency AS charge_currency
FROM usage_reading AS r
CROSS JOIN period_bounds AS b
-- Every instant lies in exactly one stretch; the control totals would show a lost row.
JOIN zone_offset AS z
  ON r.occurred_at >= z.utc_from AND r.occurred_at < z.utc_until
LEFT JOIN (
  SELECT DISTINCT substr(line_key, 4) AS request_id
  FROM carried_item
  WHERE grain = 'request' AND NOT own_period
) AS c
  ON c.request_id = r.request_id
