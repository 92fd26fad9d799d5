-- day_line: open lines by the group that a ledger without ids would book them in, and by their day: lines of
-- the group, and single calls that no entry names. What an item of an earlier period left in the margin
-- stands there as that item, and a row called back for an item is there for its id alone.
WITH called AS (
  SELECT o.line_key, min(u.group_key) AS group_key
  FROM open_line AS o
  JOIN match_member AS k
    ON k.line_key = o.line_key AND k.leg = 'usage'
  JOIN usage_member AS u
    ON u.row_id = k.row_id
  WHERE o.grain = 'request' AND o.ledger_rows + o.margin_ledger_rows = 0
    AND (NOT o.in_period OR o.margin_usage_rows = 0)
  GROUP BY o.line_key
  HAVING count(DISTINCT u.group_key) = 1
    AND count(CASE WHEN k.period_window = 'carried' THEN 1 END) = 0
)
SELECT
  o.line_key,
  -- The key of a group opens with its day, where the day is one of its fields.
  substr(CASE WHEN c.line_key IS NULL THEN o.line_key ELSE concat('group:', c.group_key) END, 22)
    AS dayless_key,
  o.currency,
  o.day,
  o.in_period,
  CASE WHEN o.grain = 'group' THEN 'group' ELSE 'calls' END AS part,
  o.difference,
  o.usage_rows + o.margin_usage_rows AS usage_rows,
  o.ledger_rows + o.margin_ledger_rows AS ledger_rows
FROM open_line AS o
CROSS JOIN match_terms AS t
LEFT JOIN called AS c
  ON c.line_key = o.line_key
LEFT JOIN (SELECT DISTINCT line_key FROM carried_part WHERE part = 'group') AS i
  ON i.line_key = o.line_key
WHERE t.by_day AND (o.grain = 'group' OR c.line_key IS NOT NULL)
  AND (o.in_period OR i.line_key IS NULL)
