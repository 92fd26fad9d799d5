-- charge_agreement: how the vendor's charges of the period agree with the ratios frozen in their rows,
-- by formula and reason (K5). Every charged row is in one line; a copy of a record is counted once.
-- What was charged too much and too little stands apart: neither hides the other (V6).
WITH compared AS (
  SELECT
    u.charge_currency AS currency,
    r.formula,
    r.agreement,
    r.reason,
    u.charged_cost,
    CASE WHEN u.entry_kind = 'refund' THEN -r.recomputed_cost ELSE r.recomputed_cost END
      AS recomputed_cost,
    -- What came back beyond what was to come back was charged too little.
    CASE WHEN u.entry_kind = 'refund' THEN r.recomputed_units - r.charged_units
      ELSE r.charged_units - r.recomputed_units END AS above_units
  FROM recomputed_charge AS r
  JOIN usage_record AS u
    ON u.row_id = r.row_id AND u.period_window = 'period'
  JOIN usage_state AS s
    ON s.row_id = r.row_id AND s.state_reason NOT IN ('DUP_EXACT', 'DUP_CONFLICT')
)
SELECT
  c.currency,
  c.formula,
  c.agreement,
  c.reason,
  count(*) AS usage_rows,
  CAST(sum(c.charged_cost) AS DECIMAL(38,21)) AS charged_cost,
  CAST(sum(c.recomputed_cost) AS DECIMAL(38,21)) AS recomputed_cost,
  CAST(sum(CASE WHEN c.above_units > 0 THEN c.above_units
    WHEN c.above_units <= 0 THEN 0 END) AS DECIMAL(38,3)) AS plus_units,
  CAST(sum(CASE WHEN c.above_units < 0 THEN c.above_units
    WHEN c.above_units >= 0 THEN 0 END) AS DECIMAL(38,3)) AS minus_units
FROM compared AS c
GROUP BY c.currency, c.formula, c.agreement, c.reason
