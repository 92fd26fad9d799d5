-- usage_price: the price set in force at the time of each usage row (K3, D5), and how many there are.
SELECT
  u.row_id,
  m.source_model_id,
  m.resolved_by,
  m.alias_id,
  coalesce(p.rates_in_force, 0) AS rates_in_force,
  -- With two prices in force the row waits: neither is taken (D30).
  CASE WHEN p.rates_in_force = 1 THEN p.price_set_id END AS price_set_id,
  p.currency,
  p.grade,
  coalesce(p.declared, FALSE) AS declared
FROM usage_record AS u
JOIN model_resolution AS m
  ON m.leg = 'usage' AND m.row_id = u.row_id
LEFT JOIN price_applied AS p
  ON p.source_model_id = m.source_model_id
  AND u.occurred_at >= p.effective_from
  AND (p.effective_until IS NULL OR u.occurred_at < p.effective_until)
