-- pool_use: what each cost center used of the prepaid pool in the period, in whole units (B3): calls
-- less what came back. Without a cost center it is use that carries no label; what a subscription
-- paid counts by what it took from the wallet, which may be nothing.
SELECT
  cost_center,
  CAST(-sum(units) AS DECIMAL(38,3)) AS units,
  count(CASE WHEN kind = 'consumption' THEN 1 END) AS requests,
  count(CASE WHEN kind = 'refund' THEN 1 END) AS refunds
FROM credit_movement
WHERE movement_window = 'period' AND row_id IS NOT NULL
GROUP BY cost_center
