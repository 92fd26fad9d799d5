-- line_cause: the explanation a line is filed under: the first in the order the causes declare.
-- How many explanations close the line stays visible: with a rival, nothing is proved (L7). Where it takes
-- two causes, every two are one, and so is every way to split the money between the same two.
WITH ordered AS (
  SELECT
    c.line_key,
    c.cause,
    c.variant,
    row_number() OVER (
      PARTITION BY c.line_key ORDER BY k.precedence, c.variant
    ) AS place
  FROM cause_candidate AS c
  JOIN cause_terms AS k
    ON k.cause = c.cause
),
rivals AS (
  SELECT c.line_key, count(*) AS causes
  FROM (SELECT DISTINCT line_key, cause FROM cause_candidate) AS c
  LEFT JOIN cause_pair AS p
    ON p.line_key = c.line_key AND p.cause = c.cause
  GROUP BY c.line_key
)
SELECT
  o.line_key,
  o.cause,
  o.variant,
  -- What else explains the counterpart of a line leaves the line in doubt as well.
  r.causes + CASE WHEN q.causes > 1 THEN 1 ELSE 0 END AS causes
FROM ordered AS o
JOIN rivals AS r
  ON r.line_key = o.line_key
LEFT JOIN counterpart_day AS d
  ON d.line_key = o.line_key
LEFT JOIN rivals AS q
  ON q.line_key = d.other_line
WHERE o.place = 1
