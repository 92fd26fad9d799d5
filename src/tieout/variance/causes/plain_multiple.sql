-- plain_multiple: lines whose recorded amount is a plain multiple of the expected one: its opposite,
-- nothing, twice or three times it in one entry, or another power of ten than a thousand.
-- Compared by multiplying, never by dividing; the tolerance grows with the side it is on. The power that
-- would not fit the type of a cost is not tried.
WITH compared AS (
  SELECT
    o.line_key, o.ledger_rows, o.basis_cost, o.recorded_cost, o.lowest_entry_cost,
    o.highest_entry_cost, t.half_step
  FROM open_line AS o
  CROSS JOIN ledger_terms AS t
  WHERE o.in_period AND o.ledger_rows > 0
    AND (o.basis_cost > t.half_step OR o.basis_cost < -t.half_step)
),
power AS (
  SELECT 'ten times' AS up, 'a tenth' AS down, CAST(10 AS DECIMAL(16,0)) AS factor,
    CAST(1000000000000000 AS DECIMAL(38,21)) AS most
  UNION ALL SELECT 'a hundred times' AS up, 'a hundredth' AS down, CAST(100 AS DECIMAL(16,0)) AS factor,
    CAST(100000000000000 AS DECIMAL(38,21)) AS most
  UNION ALL SELECT '10 to the 4th times' AS up, '10 to the 4th less' AS down,
    CAST(10000 AS DECIMAL(16,0)) AS factor, CAST(1000000000000 AS DECIMAL(38,21)) AS most
  UNION ALL SELECT '10 to the 5th times' AS up, '10 to the 5th less' AS down,
    CAST(100000 AS DECIMAL(16,0)) AS factor, CAST(100000000000 AS DECIMAL(38,21)) AS most
  UNION ALL SELECT '10 to the 6th times' AS up, '10 to the 6th less' AS down,
    CAST(1000000 AS DECIMAL(16,0)) AS factor, CAST(10000000000 AS DECIMAL(38,21)) AS most
  UNION ALL SELECT '10 to the 7th times' AS up, '10 to the 7th less' AS down,
    CAST(10000000 AS DECIMAL(16,0)) AS factor, CAST(1000000000 AS DECIMAL(38,21)) AS most
  UNION ALL SELECT '10 to the 8th times' AS up, '10 to the 8th less' AS down,
    CAST(100000000 AS DECIMAL(16,0)) AS factor, CAST(100000000 AS DECIMAL(38,21)) AS most
  UNION ALL SELECT '10 to the 9th times' AS up, '10 to the 9th less' AS down,
    CAST(1000000000 AS DECIMAL(16,0)) AS factor, CAST(10000000 AS DECIMAL(38,21)) AS most
  UNION ALL SELECT '10 to the 10th times' AS up, '10 to the 10th less' AS down,
    CAST(10000000000 AS DECIMAL(16,0)) AS factor, CAST(1000000 AS DECIMAL(38,21)) AS most
  UNION ALL SELECT '10 to the 11th times' AS up, '10 to the 11th less' AS down,
    CAST(100000000000 AS DECIMAL(16,0)) AS factor, CAST(100000 AS DECIMAL(38,21)) AS most
  UNION ALL SELECT '10 to the 12th times' AS up, '10 to the 12th less' AS down,
    CAST(1000000000000 AS DECIMAL(16,0)) AS factor, CAST(10000 AS DECIMAL(38,21)) AS most
),
-- The condition stands in each column, because an engine may compute a column before it filters.
raised AS (
  SELECT
    c.line_key, c.basis_cost, c.recorded_cost, c.half_step, p.up, p.down, p.factor,
    CASE WHEN c.basis_cost < p.most AND c.basis_cost > -p.most
      THEN CAST(c.basis_cost * p.factor AS DECIMAL(38,21)) END AS basis_raised,
    CASE WHEN c.recorded_cost < p.most AND c.recorded_cost > -p.most
      AND (c.recorded_cost > c.half_step OR c.recorded_cost < -c.half_step)
      THEN CAST(c.recorded_cost * p.factor AS DECIMAL(38,21)) END AS recorded_raised,
    CASE WHEN c.half_step < p.most
      THEN CAST(c.half_step * p.factor AS DECIMAL(38,21)) END AS step_raised
  FROM compared AS c
  CROSS JOIN power AS p
)
SELECT line_key, 'posted_as_credit' AS cause, 'opposite sign' AS variant
FROM compared
WHERE recorded_cost + basis_cost <= half_step AND recorded_cost + basis_cost >= -half_step
UNION ALL
SELECT line_key, 'booked_at_zero' AS cause, 'zero' AS variant
FROM compared
WHERE lowest_entry_cost = 0 AND highest_entry_cost = 0
UNION ALL
SELECT line_key, 'counted_repeatedly' AS cause, 'twice' AS variant
FROM compared
WHERE ledger_rows = 1
  AND recorded_cost - basis_cost - basis_cost <= half_step
  AND basis_cost + basis_cost - recorded_cost <= half_step
UNION ALL
SELECT line_key, 'counted_repeatedly' AS cause, 'three times' AS variant
FROM compared
WHERE ledger_rows = 1
  AND recorded_cost - basis_cost - basis_cost - basis_cost <= half_step
  AND basis_cost + basis_cost + basis_cost - recorded_cost <= half_step
UNION ALL
SELECT line_key, 'power_of_ten' AS cause, up AS variant
FROM raised
WHERE recorded_cost - basis_raised <= half_step AND basis_raised - recorded_cost <= half_step
UNION ALL
SELECT line_key, 'power_of_ten' AS cause, down AS variant
FROM raised
WHERE recorded_raised - basis_cost <= step_raised AND basis_cost - recorded_raised <= step_raised
