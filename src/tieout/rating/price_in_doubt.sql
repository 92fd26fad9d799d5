-- price_in_doubt: other prices that a rated call may have had: the new one of a change that was seen
-- late (P7), or a newer one that nobody approved yet (D27). Expected stays at the last approved
-- price in force (D7); what is listed here makes it a range. Both begin with the few prices in doubt,
-- so that a run without any pays next to nothing. What settles a call is no call, and has no price.
SELECT
  p.row_id,
  'gap' AS doubt,
  g.new_set_id AS other_set_id,
  CASE WHEN d.price_set_id IS NULL THEN g.new_set_id END AS price_set_id
FROM price_gap AS g
JOIN usage_price AS p
  ON p.source_model_id = g.source_model_id
JOIN usage_record AS u
  ON u.row_id = p.row_id AND u.entry_kind = 'consumption'
  AND u.occurred_at > g.shown_old AND u.occurred_at < g.shown_new
JOIN usage_state AS s
  ON s.row_id = p.row_id AND s.rating_state = 'rated' AND s.period_window <> 'outside'
LEFT JOIN unit_mismatch AS d
  ON d.alias_id = p.alias_id AND d.price_set_id = g.new_set_id
LEFT JOIN settlement_link AS x
  ON x.row_id = p.row_id
WHERE x.row_id IS NULL
UNION ALL
SELECT
  p.row_id,
  'waiting' AS doubt,
  w.price_set_id AS other_set_id,
  -- A newer price in another currency is no range of amounts in this one.
  CASE WHEN w.currency = p.currency THEN w.price_set_id END AS price_set_id
FROM waiting_price AS w
JOIN usage_price AS p
  ON p.source_model_id = w.source_model_id
JOIN usage_record AS u
  ON u.row_id = p.row_id AND u.entry_kind = 'consumption'
  AND u.occurred_at >= w.effective_from
  AND (w.effective_until IS NULL OR u.occurred_at < w.effective_until)
JOIN usage_state AS s
  ON s.row_id = p.row_id AND s.rating_state = 'rated' AND s.period_window <> 'outside'
JOIN price_set AS o
  ON o.price_set_id = p.price_set_id AND o.rates_digest <> w.rates_digest
LEFT JOIN settlement_link AS x
  ON x.row_id = p.row_id
WHERE x.row_id IS NULL
