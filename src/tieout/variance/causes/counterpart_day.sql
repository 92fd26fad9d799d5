-- counterpart_day: lines whose money stands on another day of their group, in the period or beside it (D6).
-- An amount is the counterpart of one amount: where either has a choice of several, items of earlier periods
-- among them, none of them has a counterpart.
WITH choice AS (
  -- A part of a day and the whole of it cannot both be somewhere else.
  SELECT a.dayless_key, a.currency, a.day, a.part, count(*) AS choices
  FROM (SELECT DISTINCT dayless_key, currency, day, part FROM day_pair) AS a
  JOIN day_pair AS b
    ON b.dayless_key = a.dayless_key AND b.currency = a.currency AND b.day = a.day
    AND (b.part = a.part OR a.part = 'whole' AND b.part IN ('group', 'calls')
      OR b.part = 'whole' AND a.part IN ('group', 'calls'))
  GROUP BY a.dayless_key, a.currency, a.day, a.part
),
judged AS (
  SELECT
    p.dayless_key, p.currency, p.day, p.part,
    max(CASE WHEN a.choices > 1 OR b.choices > 1 THEN 1 ELSE 0 END) = 1 AS is_unclear,
    max(CASE WHEN p.other_in_period THEN 1 ELSE 0 END) = 1 AS other_in_period,
    min(p.other_day) AS other_day,
    min(p.other_part) AS other_part
  FROM day_pair AS p
  JOIN choice AS a
    ON a.dayless_key = p.dayless_key AND a.currency = p.currency AND a.day = p.day AND a.part = p.part
  JOIN choice AS b
    ON b.dayless_key = p.dayless_key AND b.currency = p.currency AND b.day = p.other_day
    AND b.part = p.other_part
  WHERE p.in_period AND p.part IN ('group', 'calls', 'whole')
  GROUP BY p.dayless_key, p.currency, p.day, p.part
)
SELECT
  l.line_key,
  CASE WHEN max(CASE WHEN j.is_unclear THEN 1 ELSE 0 END) = 1 THEN 'one_of_other_days'
    WHEN min(CASE WHEN j.other_in_period THEN 1 ELSE 0 END) = 1 THEN 'other_day'
    ELSE 'other_period' END AS cause,
  CASE WHEN max(CASE WHEN j.is_unclear THEN 1 ELSE 0 END) = 1 THEN 'one of several equal amounts'
    WHEN count(o.line_key) = count(*) THEN 'counterpart on another day'
    ELSE 'equal amount on another day' END AS variant,
  max(o.line_key) AS other_line
FROM day_line AS l
JOIN judged AS j
  ON j.dayless_key = l.dayless_key AND j.currency = l.currency AND j.day = l.day
  AND (j.part = l.part OR j.part = 'whole')
-- Two lines of the group: that and no more is a counterpart entry.
LEFT JOIN day_line AS o
  ON j.part = 'group' AND j.other_part = 'group' AND NOT j.is_unclear
  AND o.dayless_key = j.dayless_key AND o.currency = j.currency AND o.day = j.other_day AND o.part = 'group'
WHERE l.in_period
GROUP BY l.line_key
-- The one item that a line may clear is told where it is cleared.
HAVING max(CASE WHEN j.is_unclear THEN 1 ELSE 0 END) = 1
  OR count(CASE WHEN j.other_part IN ('group', 'calls', 'whole') THEN 1 END) > 0
