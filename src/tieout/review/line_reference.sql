-- line_reference: for the largest lines, where their rows stand: import, record, line, offset (L1).
-- At most twenty rows of a leg are listed for one line; the counts on the line are of all.
WITH reference AS (
  SELECT k.line_key, k.leg, k.row_id, u.import_id, u.ordinal, u.line, u.byte_offset,
    u.request_id AS own_id, u.model_as_logged AS model_name
  FROM largest_line AS g
  JOIN match_member AS k
    ON k.line_key = g.line_key AND k.leg = 'usage'
  JOIN usage_reading AS u
    ON u.row_id = k.row_id
  UNION ALL
  SELECT k.line_key, k.leg, k.row_id, l.import_id, l.ordinal, l.line, l.byte_offset,
    l.ledger_entry_id AS own_id, l.model_as_recorded AS model_name
  FROM largest_line AS g
  JOIN match_member AS k
    ON k.line_key = g.line_key AND k.leg = 'ledger'
  JOIN ledger_reading AS l
    ON l.row_id = k.row_id
),
numbered AS (
  SELECT
    line_key, leg, import_id, ordinal, line, byte_offset, own_id, model_name,
    row_number() OVER (PARTITION BY line_key, leg ORDER BY import_id, ordinal) AS place
  FROM reference
)
SELECT line_key, leg, import_id, ordinal, line, byte_offset, own_id, model_name
FROM numbered
WHERE place <= 20
