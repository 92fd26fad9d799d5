-- charge_model: per model, what the vendor took beside what its own ratios and the price book make of
-- the same rows (K5). Charged minus recomputed is the vendor's arithmetic; recomputed minus expected is
-- the ratios against the published price, over the rows where both are known.
SELECT
  p.source_model_id,
  u.charge_currency AS currency,
  count(*) AS usage_rows,
  count(r.recomputed_cost) AS recomputed_rows,
  count(CASE WHEN s.row_state = 'rated' THEN 1 END) AS rated_rows,
  count(CASE WHEN s.row_state = 'rated' AND r.recomputed_cost IS NOT NULL THEN 1 END)
    AS compared_rows,
  CAST(sum(u.charged_cost) AS DECIMAL(38,21)) AS charged_cost,
  CAST(sum(CASE WHEN u.entry_kind = 'refund' THEN -r.recomputed_cost ELSE r.recomputed_cost END)
    AS DECIMAL(38,21)) AS recomputed_cost,
  CAST(sum(CASE WHEN r.recomputed_cost IS NULL THEN u.charged_cost END) AS DECIMAL(38,21))
    AS not_recomputed_cost,
  CAST(sum(CASE WHEN r.recomputed_cost IS NOT NULL THEN u.charged_cost
    - CASE WHEN u.entry_kind = 'refund' THEN -r.recomputed_cost ELSE r.recomputed_cost END END)
    AS DECIMAL(38,21)) AS formula_part,
  CAST(sum(CASE WHEN s.row_state = 'rated' THEN
    CASE WHEN u.entry_kind = 'refund' THEN -r.recomputed_cost ELSE r.recomputed_cost END
    - e.expected_cost END) AS DECIMAL(38,21)) AS price_part
FROM recomputed_charge AS r
JOIN usage_record AS u
  ON u.row_id = r.row_id AND u.period_window = 'period'
JOIN usage_state AS s
  ON s.row_id = r.row_id AND s.state_reason NOT IN ('DUP_EXACT', 'DUP_CONFLICT')
JOIN usage_price AS p
  ON p.row_id = r.row_id
LEFT JOIN expected_cost AS e
  ON e.row_id = r.row_id
GROUP BY p.source_model_id, u.charge_currency
