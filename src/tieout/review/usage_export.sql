-- usage_export: every usage row of the imports read, with its home and its place in the file (R).
SELECT
  u.import_id,
  u.ordinal,
  u.line,
  u.byte_offset,
  u.payload_digest,
  u.request_id,
  u.attempt,
  u.task_id,
  u.entry_kind,
  u.row_type,
  u.occurred_at,
  r.usage_day,
  r.period_window,
  u.model_as_logged,
  p.source_model_id,
  p.resolved_by,
  u.outcome,
  u.environment,
  u.key_name,
  u.customer,
  u.workspace,
  u.project,
  u.cost_center,
  u.charged_units,
  u.charged_cost,
  s.row_state,
  s.state_reason
FROM usage_reading AS u
JOIN usage_record AS r
  ON r.row_id = u.row_id
JOIN usage_price AS p
  ON p.row_id = u.row_id
JOIN usage_state AS s
  ON s.row_id = u.row_id
