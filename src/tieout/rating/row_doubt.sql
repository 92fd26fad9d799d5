-- row_doubt: why what a rated call should cost is no single amount, and how far it may move (D3, D7, L3).
-- A call in doubt stands under one reason, the first that fits and not the one that moves it most, so
-- that the amounts add up; how many reasons it has stands beside it.
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
  SELECT f.row_id, f.reasons, min(f.place) AS place, min(r.reason) AS reason
  FROM first_reason AS f
  JOIN reason AS r
    ON r.row_id = f.row_id AND r.place = f.place
  GROUP BY f.row_id, f.reasons
)
SELECT
  e.row_id,
  coalesce(c.reason, 'meter_not_recorded') AS reason,
  CASE
    WHEN c.place = 1 THEN 'billing'
    WHEN c.place IN (2, 3, 4) THEN 'price'
    ELSE 'meter'
  END AS doubt_about,
  coalesce(c.reasons, 1) AS reasons,
  CAST(e.expected_cost - e.low_cost AS DECIMAL(38,21)) AS below,
  CAST(e.high_cost - e.expected_cost AS DECIMAL(38,21)) AS above
FROM expected_cost AS e
LEFT JOIN chosen AS c
  ON c.row_id = e.row_id
WHERE e.high_cost IS NULL OR e.high_cost <> e.low_cost
