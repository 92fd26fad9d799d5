-- other_model_price: lines that the price of another model closes, at the time of each call: a model that
-- the entries name; where nothing special closes the line, any model of the book; and where a price that
-- is not in force closes it, a model with its rates of input and output, since which of them it was nobody knows.
-- Of the search over the book only so much is done as stays small. A price without a rate for a meter the
-- call used gives no amount (L3).
WITH named AS (
  SELECT DISTINCT o.line_key, l.source_model_id
  FROM open_line AS o
  JOIN match_member AS k
    ON k.line_key = o.line_key AND k.leg = 'ledger' AND k.period_window = 'period'
  JOIN ledger_member AS l
    ON l.row_id = k.row_id AND l.source_model_id <> o.source_model_id
  WHERE o.in_period AND o.grain = 'request' AND o.usage_rows > 0
),
not_in_force AS (
  SELECT r.line_key, r.variant AS price_set_id, o.source_model_id, o.currency
  FROM recomputed AS r
  JOIN open_line AS o
    ON o.line_key = r.line_key
  WHERE r.cause = 'price_not_in_force'
),
twin AS (
  SELECT a.price_set_id, p.source_model_id, p.currency
  FROM (SELECT DISTINCT price_set_id FROM not_in_force) AS c
  JOIN rate_line AS a
    ON a.price_set_id = c.price_set_id
  JOIN rate_line AS b
    ON b.meter = a.meter AND b.basis_unit_rate = a.basis_unit_rate
  JOIN price_set AS p
    ON p.price_set_id = b.price_set_id
  WHERE a.meter IN ('input_tokens', 'output_tokens')
  GROUP BY a.price_set_id, p.source_model_id, p.currency, p.price_set_id
  HAVING count(*) = 2
),
searched AS (
  SELECT line_key, source_model_id FROM named
  UNION
  SELECT c.line_key, w.source_model_id
  FROM not_in_force AS c
  JOIN twin AS w
    ON w.price_set_id = c.price_set_id AND w.source_model_id <> c.source_model_id
    AND w.currency = c.currency
  UNION
  SELECT u.line_key, p.source_model_id
  FROM repriced_line AS u
  JOIN (SELECT DISTINCT source_model_id, currency FROM price_set) AS p
    ON p.currency = u.currency AND p.source_model_id <> u.source_model_id
  WHERE u.is_searched
),
repriced AS (
  SELECT
    s.line_key,
    s.source_model_id,
    r.row_id,
    p.price_set_id,
    CASE WHEN r.counts
      THEN CAST(sum(q.quantity * l.basis_unit_rate) AS DECIMAL(38,21)) ELSE 0 END AS amount
  FROM searched AS s
  JOIN open_row AS r
    ON r.line_key = s.line_key
  JOIN usage_record AS u
    ON u.row_id = r.row_id
  JOIN price_set AS p
    ON p.source_model_id = s.source_model_id AND p.currency = r.currency
    AND u.occurred_at >= p.effective_from
    AND (p.effective_until IS NULL OR u.occurred_at < p.effective_until)
  JOIN meter_reading AS q
    ON q.row_id = r.row_id
  LEFT JOIN rate_line AS l
    ON l.price_set_id = p.price_set_id AND l.meter = q.meter
  LEFT JOIN rate_line AS w
    ON w.price_set_id = r.price_set_id AND w.meter = q.meter
  GROUP BY s.line_key, s.source_model_id, r.row_id, r.counts, p.price_set_id
  HAVING count(l.meter) > 0
    AND count(CASE WHEN w.meter IS NOT NULL AND l.meter IS NULL AND q.quantity > 0 THEN 1 END) = 0
),
whole AS (
  SELECT
    line_key,
    source_model_id,
    count(*) AS amounts,
    count(DISTINCT row_id) AS calls,
    CAST(sum(amount) AS DECIMAL(38,21)) AS amount
  FROM repriced
  GROUP BY line_key, source_model_id
)
SELECT w.line_key, 'other_model_price' AS cause, w.source_model_id AS variant
FROM whole AS w
JOIN open_line AS o
  ON o.line_key = w.line_key
CROSS JOIN ledger_terms AS t
-- Each call has one price of that model, and every call of the line has one.
WHERE w.amounts = w.calls AND w.calls = o.usage_rows
  AND o.recorded_cost - w.amount <= t.half_step
  AND w.amount - o.recorded_cost <= t.half_step
