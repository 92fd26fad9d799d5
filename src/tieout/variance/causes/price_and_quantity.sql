-- price_and_quantity: lines that two assumptions about their calls give together: another price, or another
-- use of the source's multiplier, and quantities counted otherwise: two meters exchanged, one left out,
-- a part once more within its whole, or at its rate; or calls that do not count, booked in full.
-- Looked at are lines of one model that no cause closes, where the model has few (searched_model). A row
-- with money and without a quantity leaves its line out.
WITH few AS (
  SELECT source_model_id, currency
  FROM searched_model
  WHERE is_searched
),
line AS (
  SELECT r.line_key, count(DISTINCT r.price_set_id) AS price_sets
  FROM unclosed_line AS o
  JOIN few AS f
    ON f.source_model_id = o.source_model_id AND f.currency = o.currency
  JOIN open_row AS r
    ON r.line_key = o.line_key
  LEFT JOIN (SELECT DISTINCT row_id FROM meter_reading) AS q
    ON q.row_id = r.row_id
  GROUP BY r.line_key
  HAVING count(DISTINCT r.source_model_id) = 1
    AND count(CASE WHEN q.row_id IS NULL AND (r.basis_cost <> 0 OR r.full_cost <> 0) THEN 1 END) = 0
),
offered AS (
  SELECT own.price_set_id, 'price_not_in_force' AS cause, s.price_set_id AS variant, l.meter,
    l.basis_unit_rate AS rate
  FROM price_set AS own
  JOIN few AS f
    ON f.source_model_id = own.source_model_id AND f.currency = own.currency
  JOIN (
    SELECT price_set_id, source_model_id, currency FROM price_set
    UNION ALL
    SELECT price_set_id, source_model_id, currency FROM check_set
    UNION ALL
    SELECT price_set_id, source_model_id, currency FROM waiting_price
  ) AS s
    ON s.source_model_id = own.source_model_id AND s.currency = own.currency
  JOIN rate_line AS l
    ON l.price_set_id = s.price_set_id
  UNION ALL
  SELECT l.price_set_id, 'ratio_not_applied' AS cause, 'list price' AS variant, l.meter,
    l.list_unit_rate AS rate
  FROM rate_line AS l
  CROSS JOIN ledger_terms AS t
  WHERE t.basis <> 'list'
  UNION ALL
  SELECT price_set_id, 'ratio_applied_twice' AS cause, 'ratio squared' AS variant, meter,
    twice_unit_rate AS rate
  FROM rate_line
  WHERE twice_unit_rate IS NOT NULL
),
priced AS (
  SELECT
    n.line_key,
    p.cause,
    p.variant,
    r.counts,
    q.meter,
    k.part_of,
    count(DISTINCT r.price_set_id) AS price_sets,
    CAST(sum(CAST(q.quantity * m.rate AS DECIMAL(38,21))) AS DECIMAL(38,21)) AS cost,
    CAST(sum(CAST(q.quantity * w.rate AS DECIMAL(38,21))) AS DECIMAL(38,21)) AS cost_as_whole,
    CAST(sum(CAST(q.quantity * x.rate AS DECIMAL(38,21))) AS DECIMAL(38,21)) AS cost_exchanged,
    -- No rate is not a rate of zero (L3).
    count(CASE WHEN own.meter IS NOT NULL AND m.rate IS NULL AND q.quantity > 0 THEN 1 END) AS no_rate,
    count(CASE WHEN m.rate IS NOT NULL AND x.rate IS NULL AND q.quantity > 0 THEN 1 END) AS no_other_rate
  FROM line AS n
  JOIN open_row AS r
    ON r.line_key = n.line_key
  JOIN meter_reading AS q
    ON q.row_id = r.row_id
  JOIN meter AS k
    ON k.meter = q.meter
  JOIN (SELECT DISTINCT price_set_id, cause, variant FROM offered) AS p
    ON p.price_set_id = r.price_set_id
  LEFT JOIN offered AS m
    ON m.price_set_id = p.price_set_id AND m.cause = p.cause AND m.variant = p.variant
    AND m.meter = q.meter
  LEFT JOIN offered AS w
    ON w.price_set_id = p.price_set_id AND w.cause = p.cause AND w.variant = p.variant
    AND w.meter = k.part_of
  LEFT JOIN offered AS x
    ON x.price_set_id = p.price_set_id AND x.cause = p.cause AND x.variant = p.variant
    AND x.meter = CASE q.meter WHEN 'input_tokens' THEN 'output_tokens'
      WHEN 'output_tokens' THEN 'input_tokens' ELSE q.meter END
  LEFT JOIN rate_line AS own
    ON own.price_set_id = r.price_set_id AND own.meter = q.meter
  GROUP BY n.line_key, p.cause, p.variant, r.counts, q.meter, k.part_of
),
whole AS (
  SELECT
    p.line_key,
    p.cause,
    p.variant,
    sum(p.no_other_rate) AS no_other_rate,
    CAST(sum(p.cost) AS DECIMAL(38,21)) AS full_cost,
    CAST(coalesce(sum(CASE WHEN p.counts THEN p.cost END), 0) AS DECIMAL(38,21)) AS cost,
    CAST(coalesce(sum(CASE WHEN p.counts THEN p.cost_exchanged END), 0) AS DECIMAL(38,21))
      AS cost_exchanged
  FROM priced AS p
  JOIN line AS n
    ON n.line_key = p.line_key
  GROUP BY p.line_key, p.cause, p.variant, n.price_sets
  HAVING sum(p.no_rate) = 0 AND max(p.price_sets) = n.price_sets
),
-- Calls that do not count for one and the same reason.
booked AS (
  SELECT line_key, min(cause) AS cause
  FROM unverified_billing
  GROUP BY line_key
  HAVING count(DISTINCT cause) = 1 AND min(cause) <> 'settlement_booked'
),
exact AS (
  SELECT line_key, cause, CAST(sum(amount) AS DECIMAL(38,21)) AS amount
  FROM rounded_amount
  WHERE cause IN ('uncounted_calls_booked', 'not_billable_booked') AND line_key IS NOT NULL
  GROUP BY line_key, cause
),
amounts AS (
  SELECT line_key, cause AS first_cause, variant AS first_variant, 'tokens_swapped' AS second_cause,
    'input and output' AS second_variant, cost AS first_amount, cost_exchanged AS amount
  FROM whole
  WHERE no_other_rate = 0
  UNION ALL
  SELECT w.line_key, w.cause AS first_cause, w.variant AS first_variant,
    CASE WHEN p.meter LIKE 'cache%' THEN 'cache_not_counted' ELSE 'meter_not_counted' END AS second_cause,
    p.meter AS second_variant, w.cost AS first_amount,
    CAST(w.cost - p.cost AS DECIMAL(38,21)) AS amount
  FROM whole AS w
  JOIN priced AS p
    ON p.line_key = w.line_key AND p.cause = w.cause AND p.variant = w.variant AND p.counts
  UNION ALL
  SELECT w.line_key, w.cause AS first_cause, w.variant AS first_variant,
    'meter_not_counted' AS second_cause,
    concat(coalesce(p.part_of, p.meter), ' with its parts') AS second_variant, w.cost AS first_amount,
    CAST(w.cost - sum(p.cost) AS DECIMAL(38,21)) AS amount
  FROM whole AS w
  JOIN priced AS p
    ON p.line_key = w.line_key AND p.cause = w.cause AND p.variant = w.variant AND p.counts
  GROUP BY w.line_key, w.cause, w.variant, w.cost, coalesce(p.part_of, p.meter)
  HAVING count(*) > 1
  UNION ALL
  SELECT w.line_key, w.cause AS first_cause, w.variant AS first_variant,
    'part_counted_twice' AS second_cause, p.meter AS second_variant, w.cost AS first_amount,
    CAST(w.cost + p.cost_as_whole AS DECIMAL(38,21)) AS amount
  FROM whole AS w
  JOIN priced AS p
    ON p.line_key = w.line_key AND p.cause = w.cause AND p.variant = w.variant AND p.counts
  UNION ALL
  SELECT w.line_key, w.cause AS first_cause, w.variant AS first_variant,
    'part_priced_as_whole' AS second_cause, p.meter AS second_variant, w.cost AS first_amount,
    CAST(w.cost - p.cost + p.cost_as_whole AS DECIMAL(38,21)) AS amount
  FROM whole AS w
  JOIN priced AS p
    ON p.line_key = w.line_key AND p.cause = w.cause AND p.variant = w.variant AND p.counts
  UNION ALL
  -- Of a call that does not count the price makes no difference before the call is booked.
  SELECT w.line_key, b.cause AS first_cause, 'full cost' AS first_variant, w.cause AS second_cause,
    w.variant AS second_variant, e.amount AS first_amount, w.full_cost AS amount
  FROM whole AS w
  JOIN booked AS b
    ON b.line_key = w.line_key
  JOIN exact AS e
    ON e.line_key = w.line_key AND e.cause = b.cause
)
SELECT
  a.line_key,
  a.first_cause,
  a.first_variant,
  a.second_cause,
  a.second_variant,
  a.first_amount,
  CAST(t.half_step + t.rounding_bound AS DECIMAL(38,21)) AS tolerance
FROM amounts AS a
JOIN unclosed_line AS o
  ON o.line_key = a.line_key
CROSS JOIN ledger_terms AS t
WHERE (t.rounding_level IN ('none', 'line') OR (t.rounding_level = 'request' AND o.usage_rows = 1))
  AND o.recorded_cost - a.amount <= t.half_step + t.rounding_bound
  AND a.amount - o.recorded_cost <= t.half_step + t.rounding_bound
