-- counterpart_day: what a group lacks on one day and has too much on another, in the period or beside it by
-- no more than the margin. Single calls that nobody booked are what their group lacks on that day, alone or
-- with its line. Amounts cancel exactly; one day has the calls, the other one the entries.
-- An amount is the counterpart of one amount: where either has a choice of several, an item of an earlier
-- period among them, none of them has a counterpart (D6).
WITH call AS (
  -- A row called back for an item is there for its id alone.
  SELECT o.line_key, o.in_period, o.day, o.currency, o.difference, min(u.group_key) AS group_key
  FROM open_line AS o
  JOIN match_member AS k
    ON k.line_key = o.line_key AND k.leg = 'usage'
  JOIN usage_member AS u
    ON u.row_id = k.row_id
  WHERE o.grain = 'request' AND o.ledger_rows + o.margin_ledger_rows = 0
    AND (NOT o.in_period OR o.margin_usage_rows = 0)
  GROUP BY o.line_key, o.in_period, o.day, o.currency, o.difference
  HAVING count(DISTINCT u.group_key) = 1
    AND count(CASE WHEN k.period_window = 'carried' THEN 1 END) = 0
),
line AS (
  -- The key of a group opens with its day, where the day is one of its fields.
  SELECT o.line_key, o.in_period, o.day, o.currency, o.difference, 'group' AS part,
    substr(o.line_key, 22) AS team, o.usage_rows + o.margin_usage_rows AS usage_rows,
    o.ledger_rows + o.margin_ledger_rows AS ledger_rows
  FROM open_line AS o
  CROSS JOIN match_terms AS t
  WHERE o.grain = 'group' AND t.by_day
  UNION ALL
  SELECT c.line_key, c.in_period, c.day, c.currency, c.difference, 'calls' AS part,
    substr(concat('group:', c.group_key), 22) AS team, 1 AS usage_rows, 0 AS ledger_rows
  FROM call AS c
  CROSS JOIN match_terms AS t
  WHERE t.by_day
),
amount AS (
  SELECT team, currency, day, in_period, part, sum(usage_rows) AS usage_rows,
    sum(ledger_rows) AS ledger_rows, CAST(sum(difference) AS DECIMAL(38,21)) AS amount
  FROM line
  GROUP BY team, currency, day, in_period, part
  UNION ALL
  SELECT team, currency, day, in_period, 'whole' AS part, sum(usage_rows) AS usage_rows,
    sum(ledger_rows) AS ledger_rows, CAST(sum(difference) AS DECIMAL(38,21)) AS amount
  FROM line
  GROUP BY team, currency, day, in_period
  HAVING count(DISTINCT part) = 2
),
lacking AS (
  SELECT team, currency, day, in_period, part, CAST(-amount AS DECIMAL(38,21)) AS amount
  FROM amount
  WHERE amount < 0 AND usage_rows > 0
),
day_pair AS (
  SELECT l.team, l.currency, l.day, l.in_period, l.part, m.day AS more_day,
    m.in_period AS more_in_period, m.part AS more_part
  FROM lacking AS l
  CROSS JOIN period_bounds AS w
  JOIN amount AS m
    ON m.team = l.team AND m.currency = l.currency AND m.amount = l.amount AND m.day <> l.day
  WHERE m.ledger_rows > 0
    -- Days are as long as they are where clocks change.
    AND (l.in_period AND m.in_period
      OR (CAST(m.day AS TIMESTAMP) - INTERVAL '12' HOUR
          <= CAST(l.day AS TIMESTAMP) + (w.margin_end - w.period_end)
        AND CAST(l.day AS TIMESTAMP) - INTERVAL '12' HOUR
          <= CAST(m.day AS TIMESTAMP) + (w.margin_end - w.period_end)))
),
item_pair AS (
  SELECT l.team, l.currency, l.day, l.in_period, i.day AS item_day,
    concat(i.item_period, ' ', i.line_key) AS item
  FROM line AS l
  CROSS JOIN ledger_terms AS t
  JOIN carried_item AS i
    ON i.grain = 'group' AND NOT i.own_period AND substr(i.line_key, 22) = l.team
    AND i.currency = l.currency
    AND l.difference + i.amount <= t.half_step AND l.difference + i.amount >= -t.half_step
  WHERE l.part = 'group' AND l.in_period
),
-- Each pair from both sides.
side AS (
  SELECT team, currency, day, in_period, part, more_day AS other_day, more_in_period AS other_in_period,
    more_part AS other_part
  FROM day_pair
  UNION ALL
  SELECT team, currency, more_day AS day, more_in_period AS in_period, more_part AS part,
    day AS other_day, in_period AS other_in_period, part AS other_part
  FROM day_pair
  UNION ALL
  SELECT team, currency, day, in_period, 'group' AS part, item_day AS other_day,
    FALSE AS other_in_period, item AS other_part
  FROM item_pair
  UNION ALL
  SELECT team, currency, item_day AS day, FALSE AS in_period, item AS part, day AS other_day,
    in_period AS other_in_period, 'group' AS other_part
  FROM item_pair
),
-- A part of a day and the whole of it cannot both be somewhere else.
choice AS (
  SELECT a.team, a.currency, a.day, a.part, count(*) AS choices
  FROM (SELECT DISTINCT team, currency, day, part FROM side) AS a
  JOIN side AS b
    ON b.team = a.team AND b.currency = a.currency AND b.day = a.day
    AND (b.part = a.part OR a.part = 'whole' AND b.part IN ('group', 'calls')
      OR b.part = 'whole' AND a.part IN ('group', 'calls'))
  GROUP BY a.team, a.currency, a.day, a.part
),
-- One row for each amount of the period.
judged AS (
  SELECT
    s.team, s.currency, s.day, s.part,
    max(CASE WHEN a.choices > 1 OR b.choices > 1 THEN 1 ELSE 0 END) = 1 AS is_unclear,
    max(CASE WHEN s.other_in_period THEN 1 ELSE 0 END) = 1 AS other_in_period,
    min(s.other_part) AS other_part
  FROM side AS s
  JOIN choice AS a
    ON a.team = s.team AND a.currency = s.currency AND a.day = s.day AND a.part = s.part
  JOIN choice AS b
    ON b.team = s.team AND b.currency = s.currency AND b.day = s.other_day AND b.part = s.other_part
  WHERE s.in_period AND s.part IN ('group', 'calls', 'whole')
  GROUP BY s.team, s.currency, s.day, s.part
)
SELECT
  l.line_key,
  CASE WHEN max(CASE WHEN j.is_unclear THEN 1 ELSE 0 END) = 1 THEN 'one_of_other_days'
    WHEN min(CASE WHEN j.other_in_period THEN 1 ELSE 0 END) = 1 THEN 'other_day'
    ELSE 'other_period' END AS cause,
  CASE WHEN max(CASE WHEN j.is_unclear THEN 1 ELSE 0 END) = 1 THEN 'equal amounts on several days'
    WHEN min(CASE WHEN j.part = 'group' AND j.other_part = 'group' THEN 1 ELSE 0 END) = 1
      THEN 'counterpart on another day'
    ELSE 'equal amount on another day' END AS variant
FROM line AS l
JOIN judged AS j
  ON j.team = l.team AND j.currency = l.currency AND j.day = l.day AND (j.part = l.part OR j.part = 'whole')
WHERE l.in_period
GROUP BY l.line_key
-- The one item that a line may clear is told where it is cleared.
HAVING max(CASE WHEN j.is_unclear THEN 1 ELSE 0 END) = 1
  OR count(CASE WHEN j.other_part IN ('group', 'calls', 'whole') THEN 1 END) > 0
