-- price_in_doubt: other prices that a rated call may have had: the new one of a change that was seen
-- late (P7), or a newer one that nobody approved yet (D27). Expected stays at the last approved
-- price in force (D7); what is listed here makes it a range.
WITH rated AS (
  SELECT p.row_id, p.source_model_id, p.alias_id, p.currency, p.price_set_id, u.occurred_at
  FROM usage_price AS p
  JOIN usage_state AS s
    ON s.row_id = p.row_id AND s.rating_state = 'rated' AND s.period_window <> 'outside'
  JOIN usage_record AS u
    ON u.row_id = p.row_id AND u.entry_kind = 'consumption'
)
SELECT
  r.row_id,
  'gap' AS doubt,
  g.new_set_id AS other_set_id,
  CASE WHEN d.price_set_id IS NULL THEN g.new_set_id END AS price_set_id
FROM rated AS r
JOIN price_gap AS g
  ON g.source_model_id = r.source_model_id
  AND r.occurred_at > g.shown_old AND r.occurred_at < g.shown_new
LEFT JOIN unit_mismatch AS d
  ON d.alias_id = r.alias_id AND d.price_set_id = g.new_set_id
UNION ALL
SELECT
  r.row_id,
  'waiting' AS doubt,
  w.price_set_id AS other_set_id,
  -- A newer price in another currency is no range of amounts in this one.
  CASE WHEN w.currency = r.currency THEN w.price_set_id END AS price_set_id
FROM rated AS r
JOIN waiting_price AS w
  ON w.source_model_id = r.source_model_id
  AND r.occurred_at >= w.effective_from
  AND (w.effective_until IS NULL OR r.occurred_at < w.effective_until)
JOIN price_set AS o
  ON o.price_set_id = r.price_set_id AND o.rates_digest <> w.rates_digest
