-- line_explanation: what closes each line of the report, alone or two causes together: the explanation the line is
-- filed under first, then those that stand beside it in the order the causes declare (L7). Of each line the
-- first twelve, and how many there are. The counterpart is a line of this run, or an item of an earlier period.
WITH found AS (
  SELECT DISTINCT c.line_key, c.cause, c.variant
  FROM largest_line AS g
  JOIN cause_candidate AS c
    ON c.line_key = g.line_key
),
item AS (
  SELECT
    met_line,
    CASE WHEN count(DISTINCT item_period) = 1 THEN min(item_period) END AS item_period,
    CASE WHEN count(*) = 1 THEN min(line_key) END AS line_key
  FROM carried_line
  GROUP BY met_line
),
placed AS (
  SELECT
    f.line_key,
    f.cause,
    f.variant,
    f.cause = v.cause AND f.variant = v.variant AS is_filed,
    CASE WHEN f.cause IN ('clears_carried', 'equals_carried') THEN i.line_key ELSE d.other_line END AS counterpart,
    CASE WHEN f.cause IN ('clears_carried', 'equals_carried') THEN i.item_period END AS counterpart_period,
    row_number() OVER (
      PARTITION BY f.line_key
      ORDER BY CASE WHEN f.cause = v.cause AND f.variant = v.variant THEN 0 ELSE 1 END, k.precedence, f.variant
    ) AS place,
    count(*) OVER (PARTITION BY f.line_key) AS explanations
  FROM found AS f
  JOIN variance_line AS v
    ON v.line_key = f.line_key
  JOIN cause_terms AS k
    ON k.cause = f.cause
  LEFT JOIN counterpart_day AS d
    ON d.line_key = f.line_key AND d.cause = f.cause AND d.variant = f.variant
  LEFT JOIN item AS i
    ON i.met_line = f.line_key
)
SELECT
  line_key, cause, variant, is_filed, counterpart, counterpart_period, CAST(place AS BIGINT) AS place, explanations
FROM placed
WHERE place <= 12
