-- counterpart_day: what a group lacks on one day and has too much on another, in the period or beside it.
-- Single calls that nobody booked are what their group lacks on that day, alone or with its line. Amounts
-- cancel exactly. An amount is the counterpart of one day: where a day has a choice of several, or an item
-- of an earlier period besides, neither it nor any of those has a counterpart (D6).
WITH call AS (
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
),
line AS (
  -- The key of a group opens with its day, where the day is one of its fields.
  SELECT o.line_key, o.in_period, o.day, o.currency, o.difference, 'group' AS part,
    substr(o.line_key, 22) AS team
  FROM open_line AS o
  CROSS JOIN match_terms AS t
  WHERE o.grain = 'group' AND t.by_day
  UNION ALL
  SELECT c.line_key, c.in_period, c.day, c.currency, c.difference, 'calls' AS part,
    substr(concat('group:', c.group_key), 22) AS team
  FROM call AS c
  CROSS JOIN match_terms AS t
  WHERE t.by_day
),
amount AS (
  SELECT team, currency, day, in_period, part, CAST(sum(difference) AS DECIMAL(38,21)) AS amount
  FROM line
  GROUP BY team, currency, day, in_period, part
  UNION ALL
  SELECT team, currency, day, in_period, 'whole' AS part,
    CAST(sum(difference) AS DECIMAL(38,21)) AS amount
  FROM line
  GROUP BY team, currency, day, in_period
  HAVING count(DISTINCT part) = 2
),
opposite AS (
  SELECT team, currency, day, in_period, part, CAST(-amount AS DECIMAL(38,21)) AS amount
  FROM amount
),
day_pair AS (
  SELECT a.team, a.currency, a.day, a.in_period, a.part, b.day AS other_day,
    b.in_period AS other_in_period, b.part AS other_part
  FROM amount AS a
  JOIN opposite AS b
    ON b.team = a.team AND b.currency = a.currency AND b.amount = a.amount AND b.day <> a.day
  -- Nobody booked anything on either day.
  WHERE a.amount <> 0 AND NOT (a.part = 'calls' AND b.part = 'calls')
),
carried AS (
  SELECT l.team, l.currency, l.day, count(*) AS items
  FROM line AS l
  CROSS JOIN ledger_terms AS t
  JOIN carried_item AS i
    ON i.grain = 'group' AND NOT i.own_period AND substr(i.line_key, 22) = l.team
    AND i.currency = l.currency
    AND l.difference + i.amount <= t.half_step AND l.difference + i.amount >= -t.half_step
  WHERE l.part = 'group'
  GROUP BY l.team, l.currency, l.day
),
choice AS (
  SELECT p.team, p.currency, p.day,
    count(DISTINCT p.other_day) + coalesce(max(c.items), 0) AS choices
  FROM day_pair AS p
  LEFT JOIN carried AS c
    ON c.team = p.team AND c.currency = p.currency AND c.day = p.day
  GROUP BY p.team, p.currency, p.day
)
SELECT DISTINCT
  l.line_key,
  CASE WHEN a.choices > 1 OR b.choices > 1 THEN 'one_of_other_days'
    WHEN p.other_in_period THEN 'other_day'
    ELSE 'other_period' END AS cause,
  CASE WHEN a.choices > 1 OR b.choices > 1 THEN 'equal amounts on several days'
    WHEN p.part = 'group' AND p.other_part = 'group' THEN 'counterpart on another day'
    ELSE 'equal amount on another day' END AS variant
FROM line AS l
JOIN day_pair AS p
  ON p.team = l.team AND p.currency = l.currency AND p.day = l.day AND p.in_period = l.in_period
  AND (p.part = l.part OR p.part = 'whole')
JOIN choice AS a
  ON a.team = p.team AND a.currency = p.currency AND a.day = p.day
JOIN choice AS b
  ON b.team = p.team AND b.currency = p.currency AND b.day = p.other_day
WHERE l.in_period
