-- absurd_row: rows whose expected cost is far above that of the other rows of their model (V6).
-- A row is held against the highest one outside the topmost thousandth of its model's rows, and
-- against the second highest at least. The factor multiplies, and only models whose highest row leaves
-- few beside it are put in order.
WITH cost AS (
  SELECT e.row_id, p.source_model_id, p.currency, e.full_cost
  FROM expected_cost AS e
  CROSS JOIN policy_terms AS t
  JOIN usage_state AS s
    ON s.row_id = e.row_id AND s.row_state = 'rated' AND s.period_window = 'period'
  JOIN usage_price AS p
    ON p.row_id = e.row_id
  WHERE e.counts AND t.absurd_row_factor > 0
),
model AS (
  SELECT
    source_model_id,
    currency,
    count(*) AS model_rows,
    max(full_cost) AS highest_cost,
    CAST(sum(full_cost) AS DECIMAL(38,21)) AS model_cost
  FROM cost
  GROUP BY source_model_id, currency
),
suspect AS (
  SELECT
    m.source_model_id,
    m.currency,
    m.model_rows,
    m.model_cost
  FROM model AS m
  CROSS JOIN policy_terms AS t
  JOIN cost AS c
    ON c.source_model_id = m.source_model_id AND c.currency = m.currency
  WHERE m.model_rows >= t.absurd_row_least_rows
    AND c.full_cost * t.absurd_row_factor >= m.highest_cost
  GROUP BY m.source_model_id, m.currency, m.model_rows, m.model_cost
  HAVING count(*) = 1 OR count(*) * 1000 <= m.model_rows
),
placed AS (
  SELECT
    c.row_id,
    c.source_model_id,
    c.currency,
    c.full_cost,
    s.model_rows,
    s.model_cost,
    row_number() OVER (
      PARTITION BY c.source_model_id, c.currency ORDER BY c.full_cost DESC, c.row_id
    ) AS place
  FROM cost AS c
  JOIN suspect AS s
    ON s.source_model_id = c.source_model_id AND s.currency = c.currency
),
other AS (
  SELECT source_model_id, currency, max(full_cost) AS other_cost
  FROM placed
  WHERE place >= 2 AND place * 1000 > model_rows
  GROUP BY source_model_id, currency
)
SELECT
  p.row_id,
  u.import_id,
  r.ordinal,
  u.request_id,
  u.usage_day AS day,
  p.source_model_id,
  u.cost_center,
  u.key_name,
  p.currency,
  p.full_cost AS expected_cost,
  u.charged_cost,
  CASE WHEN v.usage_rows = 1 THEN v.recorded_cost END AS recorded_cost,
  o.other_cost,
  p.model_rows,
  p.model_cost
FROM placed AS p
JOIN other AS o
  ON o.source_model_id = p.source_model_id AND o.currency = p.currency
CROSS JOIN policy_terms AS t
JOIN usage_record AS u
  ON u.row_id = p.row_id
JOIN usage_reading AS r
  ON r.row_id = p.row_id
LEFT JOIN match_member AS k
  ON k.leg = 'usage' AND k.row_id = p.row_id
LEFT JOIN variance_line AS v
  ON v.line_key = k.line_key
WHERE o.other_cost > 0 AND p.full_cost > o.other_cost * t.absurd_row_factor
