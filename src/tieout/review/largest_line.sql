-- largest_line: the lines that do not tie out, largest difference first, absurd ones marked (V6).
-- Absurd is recorded beyond the policy's factor times expected, in either sign; the factor multiplies.
WITH ranked AS (
  SELECT
    v.line_key,
    v.recorded_cost > v.basis_cost * t.absurd_factor AND v.basis_cost > 0 AS absurd,
    CAST(row_number() OVER (
      ORDER BY
        CASE WHEN v.variance < v.basis_part
          THEN v.basis_part - v.variance ELSE v.variance - v.basis_part END + v.overcharge
          + CASE WHEN v.line_state <> 'cancels' THEN 0
            WHEN v.billing_variance < 0 THEN -v.billing_variance ELSE v.billing_variance END DESC,
        v.line_key
    ) AS BIGINT) AS place
  FROM variance_line AS v
  CROSS JOIN policy_terms AS t
  WHERE v.line_state <> 'ties_out' OR v.overcharge > 0
)
SELECT line_key, absurd, place
FROM ranked
WHERE place <= 200
