-- match_member: the line each row of either leg belongs to: ids first, then the group key (V1, D14).
-- A row whose id stands on the other leg matches by id. Otherwise it joins its group where the
-- other leg has rows without ids in that group; failing that, a row with an id stands alone.
-- A row called back for a carried item is there for its id alone, and joins no group.
-- An id whose rows are in two currencies makes a line for each: currencies are never added (D7).
WITH usage_ids AS (
  SELECT DISTINCT request_id FROM usage_member WHERE request_id IS NOT NULL
),
ledger_ids AS (
  SELECT DISTINCT request_id FROM ledger_member WHERE request_id IS NOT NULL
),
usage_groups AS (
  SELECT DISTINCT group_key FROM usage_member WHERE request_id IS NULL
),
ledger_groups AS (
  SELECT DISTINCT group_key FROM ledger_member WHERE request_id IS NULL
),
two_currencies AS (
  SELECT c.request_id
  FROM (
    SELECT request_id, currency FROM usage_member WHERE request_id IS NOT NULL
    UNION ALL
    SELECT request_id, currency FROM ledger_member WHERE request_id IS NOT NULL
  ) AS c
  GROUP BY c.request_id
  HAVING min(c.currency) <> max(c.currency)
)
SELECT
  'usage' AS leg,
  u.row_id,
  u.period_window,
  CASE
    WHEN u.request_id IS NULL OR (i.request_id IS NULL AND g.group_key IS NOT NULL
      AND u.period_window <> 'carried')
      THEN concat('group:', u.group_key)
    WHEN c.request_id IS NOT NULL
      THEN concat('id/', coalesce(u.currency, '?'), ':', u.request_id)
    ELSE concat('id:', u.request_id)
  END AS line_key
FROM usage_member AS u
LEFT JOIN ledger_ids AS i
  ON i.request_id = u.request_id
LEFT JOIN ledger_groups AS g
  ON g.group_key = u.group_key
LEFT JOIN two_currencies AS c
  ON c.request_id = u.request_id
UNION ALL
SELECT
  'ledger' AS leg,
  l.row_id,
  l.period_window,
  CASE
    WHEN l.request_id IS NULL OR (i.request_id IS NULL AND g.group_key IS NOT NULL
      AND l.period_window <> 'carried')
      THEN concat('group:', l.group_key)
    WHEN c.request_id IS NOT NULL
      THEN concat('id/', coalesce(l.currency, '?'), ':', l.request_id)
    ELSE concat('id:', l.request_id)
  END AS line_key
FROM ledger_member AS l
LEFT JOIN usage_ids AS i
  ON i.request_id = l.request_id
LEFT JOIN usage_groups AS g
  ON g.group_key = l.group_key
LEFT JOIN two_currencies AS c
  ON c.request_id = l.request_id
