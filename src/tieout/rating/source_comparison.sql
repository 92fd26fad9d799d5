-- source_comparison: each price in force in the period beside what a second source states for it (P4).
-- Compared is the rate of one unit as charged, exactly, and its currency, while both hold. Sources
-- without one meter in common count in other units, which is a conflict in every meter of the price.
-- A signed agreement has the authority over published prices and is compared with none (D21).
WITH pair AS (
  SELECT
    p.price_set_id,
    c.price_set_id AS check_set_id,
    p.source_model_id,
    p.currency,
    c.currency AS check_currency,
    CASE WHEN c.effective_from > p.effective_from THEN c.effective_from
      ELSE p.effective_from END AS both_from,
    CASE
      WHEN p.effective_until IS NULL THEN c.effective_until
      WHEN c.effective_until < p.effective_until THEN c.effective_until
      ELSE p.effective_until
    END AS both_until
  FROM price_set AS p
  JOIN check_set AS c
    ON c.source_model_id = p.source_model_id
    AND (c.effective_until IS NULL OR c.effective_until > p.effective_from)
    AND (p.effective_until IS NULL OR p.effective_until > c.effective_from)
  WHERE p.grade <> 'A' OR c.grade = 'A'
),
compared AS (
  SELECT
    a.price_set_id,
    a.check_set_id,
    a.source_model_id,
    a.currency,
    a.check_currency,
    CASE WHEN a.both_from < b.period_start THEN b.period_start
      ELSE a.both_from END AS compared_from,
    CASE WHEN a.both_until < b.period_end THEN a.both_until
      ELSE b.period_end END AS compared_until
  FROM pair AS a
  CROSS JOIN period_bounds AS b
  WHERE a.both_from < b.period_end AND (a.both_until IS NULL OR a.both_until > b.period_start)
),
named AS (
  SELECT c.price_set_id, c.check_set_id, r.meter
  FROM compared AS c
  JOIN rate_line AS r
    ON r.price_set_id = c.price_set_id
  UNION
  SELECT c.price_set_id, c.check_set_id, r.meter
  FROM compared AS c
  JOIN rate_line AS r
    ON r.price_set_id = c.check_set_id
),
stated AS (
  SELECT
    c.price_set_id,
    c.check_set_id,
    c.source_model_id,
    n.meter,
    c.compared_from,
    c.compared_until,
    c.currency,
    c.check_currency,
    p.unit_rate,
    k.unit_rate AS check_rate,
    count(CASE WHEN p.meter IS NOT NULL AND k.meter IS NOT NULL THEN 1 END)
      OVER (PARTITION BY c.price_set_id, c.check_set_id) AS in_common
  FROM compared AS c
  JOIN named AS n
    ON n.price_set_id = c.price_set_id AND n.check_set_id = c.check_set_id
  LEFT JOIN rate_line AS p
    ON p.price_set_id = c.price_set_id AND p.meter = n.meter
  LEFT JOIN rate_line AS k
    ON k.price_set_id = c.check_set_id AND k.meter = n.meter
),
judged AS (
  SELECT
    s.price_set_id,
    s.check_set_id,
    s.source_model_id,
    s.meter,
    s.compared_from,
    s.compared_until,
    s.unit_rate,
    s.check_rate,
    s.currency,
    s.check_currency,
    CASE
      WHEN s.in_common = 0 THEN 'unit'
      WHEN s.unit_rate IS NULL OR s.check_rate IS NULL THEN 'presence'
      WHEN s.currency <> s.check_currency THEN 'currency'
      WHEN s.unit_rate <> s.check_rate THEN 'price'
    END AS difference
  FROM stated AS s
)
SELECT
  j.price_set_id,
  j.check_set_id,
  j.source_model_id,
  j.meter,
  j.compared_from,
  j.compared_until,
  j.unit_rate,
  j.check_rate,
  j.currency,
  j.check_currency,
  j.difference,
  CASE
    WHEN j.difference = 'presence' AND j.unit_rate IS NULL THEN 'only_check'
    WHEN j.difference = 'presence' THEN 'only_primary'
    WHEN r.resolution IS NOT NULL THEN 'resolved'
    WHEN j.difference IS NULL THEN 'agrees'
    ELSE 'conflict'
  END AS standing,
  r.resolution
FROM judged AS j
LEFT JOIN resolved_pair AS r
  ON r.price_set_id = j.price_set_id AND r.check_set_id = j.check_set_id
