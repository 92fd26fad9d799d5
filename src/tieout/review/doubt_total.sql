-- doubt_total: what leaves expected open, by reason and model, and how far it may move (D3, D7, L3).
-- A row in doubt stands under one reason, the first that fits, so that the amounts add up to the range
-- of the totals; how many of its rows have another reason too stands beside it. Rows whose cost nothing
-- bounds are counted, with what the vendor charged for them: what they may add is in no amount here.
WITH reason AS (
  SELECT row_id, 1 AS place, concat('billing:', call_kind) AS reason
  FROM call_billing
  WHERE billable IS NULL
  UNION ALL
  SELECT DISTINCT row_id, 2 AS place,
    CASE WHEN doubt = 'gap' THEN 'price_changed_unseen' ELSE 'price_not_approved' END AS reason
  FROM price_in_doubt
  UNION ALL
  SELECT DISTINCT row_id, 3 AS place, 'sources_disagree' AS reason
  FROM disputed_cost
  UNION ALL
  SELECT DISTINCT row_id, 4 AS place, 'price_changed_during_call' AS reason
  FROM price_during_call
  UNION ALL
  SELECT DISTINCT row_id, 5 AS place, concat('estimate:', estimate_id) AS reason
  FROM estimated_meter
  WHERE NOT is_rest AND lowest_quantity <> highest_quantity
),
first_reason AS (
  SELECT row_id, count(DISTINCT reason) AS reasons, min(place) AS place
  FROM reason
  GROUP BY row_id
),
chosen AS (
  -- A price may be in doubt for two reasons of one place: one of them, always the same, is taken.
  SELECT f.row_id, f.reasons, min(r.reason) AS reason
  FROM first_reason AS f
  JOIN reason AS r
    ON r.row_id = f.row_id AND r.place = f.place
  GROUP BY f.row_id, f.reasons
),
doubtful AS (
  SELECT
    u.row_id,
    coalesce(c.reason, 'meter_not_recorded') AS reason,
    coalesce(c.reasons, 1) AS reasons,
    CAST(e.expected_cost - e.low_cost AS DECIMAL(38,21)) AS below,
    CAST(e.high_cost - e.expected_cost AS DECIMAL(38,21)) AS above
  FROM expected_cost AS e
  JOIN usage_state AS u
    ON u.row_id = e.row_id AND u.row_state = 'rated'
  LEFT JOIN chosen AS c
    ON c.row_id = e.row_id
  WHERE e.high_cost IS NULL OR e.high_cost <> e.low_cost
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
