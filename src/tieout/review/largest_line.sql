-- largest_line: the lines that do not tie out, largest difference first, absurd ones marked (V6).
-- Absurd is recorded beyond the policy's factor times expected, in either sign; the factor multiplies.
WITH ranked AS (
  SELECT
    v.line_key,
    v.recorded_cost > v.expected_cost * t.absurd_factor AND v.expected_cost > 0 AS absurd,
    CAST(row_number() OVER (
      ORDER BY
        CASE WHEN v.variance < 0 THEN -v.variance ELSE v.variance END DESC,
        v.line_key
    ) AS BIGINT) AS place
  FROM variance_line AS v
  CROSS JOIN policy_terms AS t
  WHERE v.line_state <> 'ties_out'
)
SELECT line_key, absurd, place
FROM ranked
WHERE place <= 200
