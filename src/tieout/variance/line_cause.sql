-- line_cause: the explanation a line is filed under: the first in the order the causes declare.
-- How many causes close the line stays visible: with a rival, nothing is proved (L7).
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
  SELECT line_key, count(DISTINCT cause) AS causes
  FROM cause_candidate
  GROUP BY line_key
)
SELECT
  o.line_key,
  o.cause,
  o.variant,
  r.causes
FROM ordered AS o
JOIN rivals AS r
  ON r.line_key = o.line_key
WHERE o.place = 1
