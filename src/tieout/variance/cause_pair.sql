-- cause_pair: the two causes that close a line together where none does alone; competing pairs, and
-- competing ways to split the money between two causes, all stand here. The first is about the calls, the
-- second comes on top of it.
-- Two assumptions leave much room for chance. Each effect is more than a hundred times what rounding can
-- make, and the same two have to close several lines of the model, of different amounts, one more for each
-- hundred lines that are left to explain. Equal entries, one of which a single assumption makes, are a sign
-- of their own where the effects are more than a million times what rounding can make; so they have to be
-- where a doubt on record explains the line.
WITH found AS (
  SELECT line_key, first_cause, first_variant, second_cause, second_variant, first_amount, tolerance
  FROM price_and_quantity
  UNION ALL
  SELECT line_key, first_cause, first_variant, second_cause, second_variant, first_amount, tolerance
  FROM call_and_entry
),
sized AS (
  SELECT
    f.line_key,
    f.first_cause,
    f.first_variant,
    f.second_cause,
    f.second_variant,
    f.tolerance,
    f.first_amount,
    o.source_model_id,
    CAST(f.first_amount - o.basis_cost AS DECIMAL(38,21)) AS first_effect,
    CAST(o.recorded_cost - f.first_amount AS DECIMAL(38,21)) AS second_effect,
    CASE WHEN f.first_amount < o.basis_cost
      THEN o.basis_cost - f.first_amount ELSE f.first_amount - o.basis_cost END AS first_size,
    CASE WHEN o.recorded_cost < f.first_amount
      THEN f.first_amount - o.recorded_cost ELSE o.recorded_cost - f.first_amount END AS second_size
  FROM found AS f
  JOIN unclosed_line AS o
    ON o.line_key = f.line_key
),
fitting AS (
  SELECT
    s.line_key, s.first_cause, s.first_variant, s.second_cause, s.second_variant, s.source_model_id,
    s.first_amount, s.first_effect, s.second_effect, s.first_size,
    s.first_size > s.tolerance * 1000000 AND s.second_size > s.tolerance * 1000000 AS is_sharp
  FROM sized AS s
  WHERE s.first_size > s.tolerance * 100 AND s.second_size > s.tolerance * 100
),
repeated AS (
  SELECT f.source_model_id, f.first_cause, f.first_variant, f.second_cause, f.second_variant
  FROM fitting AS f
  JOIN (SELECT source_model_id, count(*) AS lines FROM unclosed_line GROUP BY source_model_id) AS n
    ON n.source_model_id = f.source_model_id
  GROUP BY f.source_model_id, f.first_cause, f.first_variant, f.second_cause, f.second_variant, n.lines
  HAVING count(DISTINCT f.first_amount) * 100 > 100 + n.lines
),
-- The ids of prices say nothing of what they are: they come last.
placed AS (
  SELECT
    f.line_key, f.first_cause, f.first_variant, f.second_cause, f.second_variant, f.first_effect,
    f.second_effect, f.first_size,
    row_number() OVER (
      PARTITION BY f.line_key, f.first_cause, f.second_cause, f.first_effect
      ORDER BY f.second_variant, f.first_variant
    ) AS variant_place
  FROM fitting AS f
  LEFT JOIN repeated AS r
    ON r.source_model_id = f.source_model_id
    AND r.first_cause = f.first_cause AND r.first_variant = f.first_variant
    AND r.second_cause = f.second_cause AND r.second_variant = f.second_variant
  LEFT JOIN (
    SELECT line_key FROM within_range
    UNION
    SELECT line_key FROM unrecorded_part
  ) AS doubted
    ON doubted.line_key = f.line_key
  WHERE (r.source_model_id IS NOT NULL AND (f.is_sharp OR doubted.line_key IS NULL))
    OR (f.second_cause = 'posted_repeatedly' AND f.is_sharp)
)
SELECT
  p.line_key,
  concat(p.first_cause, '+', p.second_cause) AS cause,
  -- What was assumed of the price, where one of the two is about it.
  CASE WHEN p.second_cause = 'price_not_in_force' THEN p.second_variant ELSE p.first_variant END
    AS variant,
  p.first_cause,
  p.first_variant,
  p.second_cause,
  p.second_variant,
  CAST(row_number() OVER (
    PARTITION BY p.line_key
    ORDER BY a.precedence, b.precedence, p.first_size, p.first_effect
  ) AS BIGINT) AS place,
  p.first_effect,
  p.second_effect
FROM placed AS p
JOIN cause_terms AS a
  ON a.cause = p.first_cause
JOIN cause_terms AS b
  ON b.cause = p.second_cause
WHERE p.variant_place = 1
