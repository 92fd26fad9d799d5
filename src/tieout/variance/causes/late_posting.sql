-- late_posting: entries without calls that may post calls an earlier period left open: of the same currency, and of the
-- same model and cost center where the matching keys name them. An entry without an id may post any of
-- them, one with an id those without one. The calls come to the amount of the smallest entry at least.
-- Nothing says which calls, so this explains no line; but no such entry is proved to be without usage
-- (L7). What names no model or no cost center may be of any.
WITH left_open AS (
  SELECT
    i.currency,
    i.grain,
    CASE WHEN t.by_source_model_id THEN coalesce(i.source_model_id, '') ELSE '' END AS model,
    CASE WHEN t.by_cost_center THEN coalesce(i.cost_center, '') ELSE '' END AS center,
    CAST(-sum(i.amount) AS DECIMAL(38,21)) AS cost
  FROM carried_item AS i
  CROSS JOIN match_terms AS t
  LEFT JOIN (SELECT DISTINCT item_period, line_key, side FROM carried_line WHERE clears AND met_by = 'id') AS c
    ON c.item_period = i.item_period AND c.line_key = i.line_key AND c.side = i.side
  WHERE i.side = 'usage' AND NOT i.own_period AND i.amount < 0 AND c.line_key IS NULL
  GROUP BY i.currency, i.grain, CASE WHEN t.by_source_model_id THEN coalesce(i.source_model_id, '') ELSE '' END,
    CASE WHEN t.by_cost_center THEN coalesce(i.cost_center, '') ELSE '' END
),
scope AS (
  SELECT currency, grain, 'model and center' AS named, model, center, cost FROM left_open
  UNION ALL
  SELECT currency, grain, 'model' AS named, model, '' AS center, CAST(sum(cost) AS DECIMAL(38,21)) AS cost
  FROM left_open
  GROUP BY currency, grain, model
  UNION ALL
  SELECT currency, grain, 'center' AS named, '' AS model, center, CAST(sum(cost) AS DECIMAL(38,21)) AS cost
  FROM left_open
  GROUP BY currency, grain, center
  UNION ALL
  SELECT currency, grain, 'neither' AS named, '' AS model, '' AS center, CAST(sum(cost) AS DECIMAL(38,21)) AS cost
  FROM left_open
  GROUP BY currency, grain
),
entry AS (
  SELECT
    o.line_key,
    o.currency,
    o.grain,
    -- Entries that take others back hide how small the rest of them is.
    CASE WHEN o.lowest_entry_cost > 0 THEN o.lowest_entry_cost ELSE 0 END AS amount,
    CASE WHEN t.by_source_model_id AND o.source_model_id IS NOT NULL THEN o.source_model_id ELSE '' END AS model,
    CASE WHEN t.by_cost_center AND o.cost_center IS NOT NULL THEN o.cost_center ELSE '' END AS center
  FROM open_line AS o
  CROSS JOIN match_terms AS t
  WHERE o.in_period AND o.usage_rows = 0 AND o.margin_usage_rows = 0 AND o.difference > 0
),
asked AS (
  SELECT
    line_key, currency, grain, amount, model, center,
    CASE
      WHEN model <> '' AND center <> '' THEN 'model and center'
      WHEN model <> '' THEN 'model'
      WHEN center <> '' THEN 'center'
      ELSE 'neither' END AS named
  FROM entry
),
compared AS (
  SELECT a.line_key, a.amount, s.cost
  FROM asked AS a
  JOIN scope AS s
    ON s.currency = a.currency AND s.named = a.named AND s.model = a.model AND s.center = a.center
    AND (a.grain = 'group' OR s.grain = 'group')
  UNION ALL
  SELECT a.line_key, a.amount, s.cost
  FROM asked AS a
  JOIN scope AS s
    ON s.currency = a.currency AND s.named = a.named AND s.model = a.model AND s.center = '' AND a.center <> ''
    AND (a.grain = 'group' OR s.grain = 'group')
)
SELECT c.line_key
FROM compared AS c
CROSS JOIN ledger_terms AS t
GROUP BY c.line_key, c.amount, t.half_step
HAVING c.amount <= sum(c.cost) + t.half_step
