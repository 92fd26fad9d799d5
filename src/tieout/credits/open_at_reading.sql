-- open_at_reading: calls that had begun but were not written when a balance was read (B2). Their money
-- may have been reserved by then: a reading can be off by up to these units.
SELECT
  'opening' AS reading,
  count(*) AS calls,
  CAST(sum(m.units) AS DECIMAL(38,3)) AS units
FROM credit_movement AS m
CROSS JOIN balance_terms AS t
WHERE m.row_id IS NOT NULL AND m.began_at <= t.opening_at AND m.moved_at >= t.opening_at
UNION ALL
SELECT
  'closing' AS reading,
  count(*) AS calls,
  CAST(sum(m.units) AS DECIMAL(38,3)) AS units
FROM credit_movement AS m
CROSS JOIN balance_terms AS t
WHERE m.row_id IS NOT NULL AND m.began_at <= t.closing_at AND m.moved_at >= t.closing_at
