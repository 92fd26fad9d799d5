-- day_pair: amounts of one group on two days that cancel exactly, seen from each of them: one day has the
-- calls, the other one the entries, and beside the period they are no further apart than the margin is long.
-- An amount is the line of the group, the single calls that no entry names, or the whole of a day. What an
-- earlier period left open pairs with each line that cancels it.
WITH amount AS (
  SELECT dayless_key, currency, day, in_period, part, sum(usage_rows) AS usage_rows,
    sum(ledger_rows) AS ledger_rows, CAST(sum(difference) AS DECIMAL(38,21)) AS amount
  FROM day_line
  GROUP BY dayless_key, currency, day, in_period, part
  UNION ALL
  SELECT dayless_key, currency, day, in_period, 'whole' AS part, sum(usage_rows) AS usage_rows,
    sum(ledger_rows) AS ledger_rows, CAST(sum(difference) AS DECIMAL(38,21)) AS amount
  FROM day_line
  GROUP BY dayless_key, currency, day, in_period
  HAVING count(DISTINCT part) = 2
),
opposite AS (
  SELECT dayless_key, currency, day, in_period, part, usage_rows, ledger_rows,
    CAST(-amount AS DECIMAL(38,21)) AS amount
  FROM amount
),
met AS (
  SELECT l.dayless_key, l.currency, l.day, l.in_period, i.day AS item_day,
    i.part_key AS item
  FROM day_line AS l
  CROSS JOIN ledger_terms AS t
  JOIN (SELECT DISTINCT part_key, dayless_key, currency, day, side, amount FROM carried_part) AS i
    ON i.dayless_key = l.dayless_key AND i.currency = l.currency
    AND l.difference + i.amount <= t.half_step AND l.difference + i.amount >= -t.half_step
  WHERE l.part = 'group' AND l.in_period
    AND CASE WHEN i.side = 'usage' THEN l.ledger_rows ELSE l.usage_rows END > 0
)
SELECT a.dayless_key, a.currency, a.day, a.in_period, a.part, b.day AS other_day,
  b.in_period AS other_in_period, b.part AS other_part
FROM amount AS a
CROSS JOIN period_bounds AS w
JOIN opposite AS b
  ON b.dayless_key = a.dayless_key AND b.currency = a.currency AND b.amount = a.amount AND b.day <> a.day
WHERE a.amount <> 0
  AND (a.usage_rows > 0 AND b.ledger_rows > 0 OR a.ledger_rows > 0 AND b.usage_rows > 0)
  AND (a.in_period AND b.in_period
    OR (CAST(b.day AS TIMESTAMP) <= CAST(a.day AS TIMESTAMP) + (w.margin_end - w.period_end)
      AND CAST(a.day AS TIMESTAMP) <= CAST(b.day AS TIMESTAMP) + (w.margin_end - w.period_end)))
UNION ALL
SELECT dayless_key, currency, day, in_period, 'group' AS part, item_day AS other_day,
  FALSE AS other_in_period, item AS other_part
FROM met
UNION ALL
SELECT dayless_key, currency, item_day AS day, FALSE AS in_period, item AS part, day AS other_day,
  in_period AS other_in_period, 'group' AS other_part
FROM met
