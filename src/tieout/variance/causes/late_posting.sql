-- late_posting: entries of a group without calls that may post calls an earlier period left open: of the same model,
-- cost center and currency, and of that cost at least. Nothing says which calls, so this explains no line;
-- but no such entry is proved to be without usage (L7). A model or cost center that the line does not
-- name may be any, and a call without a cost center may be anybody's.
WITH left_open AS (
  SELECT
    i.currency,
    i.source_model_id AS model,
    coalesce(i.cost_center, '') AS center,
    CAST(-sum(i.amount) AS DECIMAL(38,21)) AS cost
  FROM carried_item AS i
  LEFT JOIN (SELECT DISTINCT item_period, line_key, side FROM carried_line WHERE clears) AS c
    ON c.item_period = i.item_period AND c.line_key = i.line_key AND c.side = i.side
  WHERE i.side = 'usage' AND NOT i.own_period AND i.amount < 0 AND c.line_key IS NULL
  GROUP BY i.currency, i.source_model_id, coalesce(i.cost_center, '')
),
scope AS (
  SELECT currency, 'model and center' AS named, model, center, cost FROM left_open
  UNION ALL
  SELECT currency, 'model' AS named, model, '' AS center, CAST(sum(cost) AS DECIMAL(38,21)) AS cost
  FROM left_open
  GROUP BY currency, model
  UNION ALL
  SELECT currency, 'center' AS named, '' AS model, center, CAST(sum(cost) AS DECIMAL(38,21)) AS cost
  FROM left_open
  GROUP BY currency, center
  UNION ALL
  SELECT currency, 'neither' AS named, '' AS model, '' AS center, CAST(sum(cost) AS DECIMAL(38,21)) AS cost
  FROM left_open
  GROUP BY currency
),
entry AS (
  SELECT
    line_key, currency, difference,
    CASE
      WHEN source_model_id IS NOT NULL AND cost_center IS NOT NULL THEN 'model and center'
      WHEN source_model_id IS NOT NULL THEN 'model'
      WHEN cost_center IS NOT NULL THEN 'center'
      ELSE 'neither' END AS named,
    coalesce(source_model_id, '') AS model,
    coalesce(cost_center, '') AS center
  FROM open_line
  WHERE grain = 'group' AND in_period AND usage_rows = 0 AND margin_usage_rows = 0 AND difference > 0
)
SELECT e.line_key
FROM entry AS e
CROSS JOIN ledger_terms AS t
LEFT JOIN scope AS s
  ON s.currency = e.currency AND s.named = e.named AND s.model = e.model AND s.center = e.center
LEFT JOIN scope AS n
  ON n.currency = e.currency AND n.named = e.named AND n.model = e.model AND n.center = '' AND e.center <> ''
WHERE e.difference <= coalesce(s.cost, 0) + coalesce(n.cost, 0) + t.half_step
  AND coalesce(s.cost, 0) + coalesce(n.cost, 0) > 0
