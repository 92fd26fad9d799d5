-- carried_part: items of earlier periods that no id of this run finds again, each with the amount that a ledger
-- without ids would book: a line of a group alone, the single calls of one group and day together.
WITH named AS (
  SELECT DISTINCT i.line_key
  FROM carried_item AS i
  JOIN match_member AS k
    ON k.line_key = i.line_key AND k.leg <> i.side
  WHERE i.grain = 'request' AND NOT i.own_period
),
keyed AS (
  SELECT
    i.item_period, i.line_key, i.side, i.day, i.source_model_id, i.currency, i.amount,
    CASE WHEN i.grain = 'group' THEN 'group' ELSE 'calls' END AS part,
    i.group_key,
    -- The key of a group opens with its day, where the day is one of its fields.
    CASE WHEN t.by_day THEN substr(i.group_key, 16) ELSE i.group_key END AS dayless_key
  FROM carried_item AS i
  CROSS JOIN match_terms AS t
  LEFT JOIN named AS n
    ON n.line_key = i.line_key
  WHERE NOT i.own_period AND i.group_key IS NOT NULL
    AND (i.grain = 'group' OR (i.side = 'usage' AND n.line_key IS NULL))
)
SELECT
  item_period,
  line_key,
  side,
  day,
  part,
  concat(item_period, ' ', part, ':', group_key) AS part_key,
  dayless_key,
  source_model_id,
  currency,
  CASE WHEN part = 'group' THEN amount
    ELSE CAST(sum(amount) OVER (PARTITION BY item_period, part, group_key, currency) AS DECIMAL(38,21))
  END AS amount
FROM keyed
