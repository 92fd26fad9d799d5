-- charge_agreement: how the vendor's charges of the period agree with the ratios frozen in their rows,
-- by formula and reason (K5). Every charged row is in one line; a copy of a record is counted once.
SELECT
  u.charge_currency AS currency,
  r.formula,
  r.agreement,
  r.reason,
  count(*) AS usage_rows,
  CAST(sum(u.charged_cost) AS DECIMAL(38,21)) AS charged_cost,
  CAST(sum(CASE WHEN u.entry_kind = 'refund' THEN -r.recomputed_cost ELSE r.recomputed_cost END)
    AS DECIMAL(38,21)) AS recomputed_cost,
  CAST(sum(CASE WHEN u.entry_kind = 'refund' THEN r.recomputed_units - r.charged_units
    ELSE r.charged_units - r.recomputed_units END) AS DECIMAL(38,3)) AS difference_units
FROM recomputed_charge AS r
JOIN usage_record AS u
  ON u.row_id = r.row_id AND u.period_window = 'period'
JOIN usage_state AS s
  ON s.row_id = r.row_id AND s.state_reason NOT IN ('DUP_EXACT', 'DUP_CONFLICT')
GROUP BY u.charge_currency, r.formula, r.agreement, r.reason
