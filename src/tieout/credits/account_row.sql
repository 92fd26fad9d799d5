-- account_row: rows of the log about the account, which say in words alone what moved, and whether a
-- movement list confirms them (B1). One that nobody confirmed may be what a proof does not explain.
SELECT
  r.row_id,
  r.import_id,
  r.ordinal,
  concat(r.import_id, ':', CAST(r.ordinal AS STRING)) AS record,
  r.row_type,
  coalesce(r.ended_at, r.occurred_at) AS moved_at,
  r.movement_text,
  r.charged_units,
  s.list_id IS NOT NULL AS is_confirmed
FROM usage_reading AS r
LEFT JOIN usage_identity AS i
  ON i.row_id = r.row_id
LEFT JOIN (SELECT record, min(list_id) AS list_id FROM stated_movement GROUP BY record) AS s
  ON s.record = concat(r.import_id, ':', CAST(r.ordinal AS STRING))
WHERE r.entry_kind = 'not_usage' AND coalesce(i.identity, 'single') <> 'repeat'
