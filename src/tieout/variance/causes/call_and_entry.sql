-- call_and_entry: lines that one assumption about their calls gives together with one about their entry:
-- posted or counted more than once, with the opposite sign, or off by a power of ten.
-- Looked at are lines that no cause closes. Compared by multiplying, never by dividing; amounts whose
-- power does not fit the type of a cost are not tried. The tolerance grows with the side it is on.
WITH power AS (
  SELECT 'power_of_ten' AS cause, 'ten times' AS up, 'a tenth' AS down,
    CAST(10 AS DECIMAL(16,0)) AS factor
  UNION ALL SELECT 'power_of_ten' AS cause, 'a hundred times' AS up, 'a hundredth' AS down,
    CAST(100 AS DECIMAL(16,0)) AS factor
  UNION ALL SELECT 'factor_thousand' AS cause, 'thousand times' AS up, 'a thousandth' AS down,
    CAST(1000 AS DECIMAL(16,0)) AS factor
  UNION ALL SELECT 'power_of_ten' AS cause, '10 to the 6th times' AS up, '10 to the 6th less' AS down,
    CAST(1000000 AS DECIMAL(16,0)) AS factor
),
changed AS (
  SELECT
    c.line_key,
    c.cause,
    c.variant,
    c.amount,
    l.ledger_rows,
    l.recorded_cost,
    l.lowest_entry_cost,
    l.highest_entry_cost,
    CAST(t.half_step + t.rounding_bound AS DECIMAL(38,21)) AS tolerance
  FROM (
    SELECT line_key, cause, variant, CAST(sum(amount) AS DECIMAL(38,21)) AS amount
    FROM rounded_amount
    WHERE line_key IS NOT NULL AND cause <> 'declared_rounding'
    GROUP BY line_key, cause, variant
  ) AS c
  JOIN unclosed_line AS o
    ON o.line_key = c.line_key
  JOIN open_line AS l
    ON l.line_key = c.line_key
  CROSS JOIN ledger_terms AS t
  WHERE t.rounding_level IN ('none', 'line') OR (t.rounding_level = 'request' AND o.usage_rows = 1)
),
-- The condition stands in each column, because an engine may compute a column before it filters.
raised AS (
  SELECT
    c.line_key, c.cause, c.variant, c.amount, c.recorded_cost, c.tolerance, p.cause AS second_cause,
    p.up, p.down,
    CASE WHEN c.amount < 10000000000 AND c.amount > -10000000000
      THEN CAST(c.amount * p.factor AS DECIMAL(38,21)) END AS amount_raised,
    CASE WHEN c.recorded_cost < 10000000000 AND c.recorded_cost > -10000000000
      THEN CAST(c.recorded_cost * p.factor AS DECIMAL(38,21)) END AS recorded_raised,
    CASE WHEN c.tolerance < 10000 THEN CAST(c.tolerance * p.factor AS DECIMAL(38,21)) END AS step_raised
  FROM changed AS c
  CROSS JOIN power AS p
)
SELECT line_key, cause AS first_cause, variant AS first_variant, 'posted_repeatedly' AS second_cause,
  'equal entries' AS second_variant, amount AS first_amount, tolerance
FROM changed
WHERE ledger_rows > 1 AND lowest_entry_cost = highest_entry_cost
  AND lowest_entry_cost - amount <= tolerance AND amount - lowest_entry_cost <= tolerance
UNION ALL
SELECT line_key, cause AS first_cause, variant AS first_variant, 'counted_repeatedly' AS second_cause,
  'twice' AS second_variant, amount AS first_amount, tolerance
FROM changed
WHERE ledger_rows = 1
  AND recorded_cost - amount - amount <= tolerance + tolerance
  AND amount + amount - recorded_cost <= tolerance + tolerance
UNION ALL
SELECT line_key, cause AS first_cause, variant AS first_variant, 'counted_repeatedly' AS second_cause,
  'three times' AS second_variant, amount AS first_amount, tolerance
FROM changed
WHERE ledger_rows = 1
  AND recorded_cost - amount - amount - amount <= tolerance + tolerance + tolerance
  AND amount + amount + amount - recorded_cost <= tolerance + tolerance + tolerance
UNION ALL
SELECT line_key, cause AS first_cause, variant AS first_variant, 'posted_as_credit' AS second_cause,
  'opposite sign' AS second_variant, amount AS first_amount, tolerance
FROM changed
WHERE recorded_cost + amount <= tolerance AND recorded_cost + amount >= -tolerance
UNION ALL
SELECT line_key, cause AS first_cause, variant AS first_variant, second_cause,
  up AS second_variant, amount AS first_amount, tolerance
FROM raised
WHERE recorded_cost - amount_raised <= tolerance AND amount_raised - recorded_cost <= tolerance
UNION ALL
SELECT line_key, cause AS first_cause, variant AS first_variant, second_cause,
  down AS second_variant, amount AS first_amount, step_raised AS tolerance
FROM raised
WHERE recorded_raised - amount <= step_raised AND amount - recorded_raised <= step_raised
