-- doubt_total: what leaves expected open, by reason and model, and how far it may move (D3, D7, L3).
-- A row in doubt stands under one reason, so that the amounts add up to the range of the totals; how
-- many of its rows have another reason too stands beside it. Rows whose cost nothing bounds are
-- counted, with what the vendor charged for them: what they may add is in no amount here.
WITH doubtful AS (
  SELECT row_id, reason, reasons, below, above
  FROM row_doubt
  UNION ALL
  SELECT
    row_id,
    concat(row_state, ':', state_reason) AS reason,
    1 AS reasons,
    CAST(0 AS DECIMAL(38,21)) AS below,
    CAST(CASE WHEN FALSE THEN 0 END AS DECIMAL(38,21)) AS above
  FROM usage_state
  WHERE row_state IN ('unmapped', 'not_reconcilable', 'unrated')
)
SELECT
  d.reason,
  p.source_model_id,
  CASE WHEN p.source_model_id IS NULL THEN u.model_as_logged END AS model_as_logged,
  p.currency,
  u.charge_currency,
  count(*) AS usage_rows,
  count(CASE WHEN d.reasons > 1 THEN 1 END) AS rows_with_more,
  count(CASE WHEN d.above IS NULL THEN 1 END) AS unbounded_rows,
  CAST(sum(d.below) AS DECIMAL(38,21)) AS below,
  CAST(coalesce(sum(d.above), 0) AS DECIMAL(38,21)) AS bounded_above,
  CAST(sum(u.charged_cost) AS DECIMAL(38,21)) AS charged_cost
FROM doubtful AS d
JOIN usage_record AS u
  ON u.row_id = d.row_id AND u.period_window = 'period'
JOIN usage_price AS p
  ON p.row_id = d.row_id
GROUP BY
  d.reason,
  p.source_model_id,
  CASE WHEN p.source_model_id IS NULL THEN u.model_as_logged END,
  p.currency,
  u.charge_currency
