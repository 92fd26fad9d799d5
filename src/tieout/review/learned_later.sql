-- learned_later: calls that were made before the first price of their model, for each model (P7, L3): when
-- that price begins and how that is known, and how many of the lines would tie out at it.
-- No call is priced by it: what a source states later is no evidence of what held before (D22). Lines are held
-- against it only where it says what they cost: one price, in the currency of the ledger, a rate for every
-- token, completed calls alone, and books that hold no charges.
WITH begun AS (
  SELECT source_model_id, min(effective_from) AS named_from
  FROM price_set
  GROUP BY source_model_id
),
named AS (
  SELECT
    b.source_model_id,
    b.named_from,
    min(p.price_set_id) AS price_set_id,
    min(p.capture_id) AS capture_id,
    min(p.start_basis) AS start_basis,
    min(p.currency) AS currency,
    count(DISTINCT p.rates_digest) AS prices
  FROM begun AS b
  JOIN price_set AS p
    ON p.source_model_id = b.source_model_id AND p.effective_from = b.named_from
  GROUP BY b.source_model_id, b.named_from
),
early AS (
  SELECT u.row_id, u.occurred_at, u.outcome, n.source_model_id, n.named_from, n.price_set_id,
    n.capture_id, n.start_basis, n.currency, n.prices
  FROM usage_state AS s
  JOIN usage_record AS u
    ON u.row_id = s.row_id AND u.period_window = 'period'
  JOIN usage_price AS p
    ON p.row_id = s.row_id
  JOIN named AS n
    ON n.source_model_id = p.source_model_id AND u.occurred_at < n.named_from
  WHERE s.row_state = 'unrated' AND s.state_reason = 'PRICE_NOT_IN_FORCE'
),
amount AS (
  SELECT e.row_id, e.currency, CAST(sum(q.quantity * l.basis_unit_rate) AS DECIMAL(38,21)) AS amount
  FROM early AS e
  JOIN meter_reading AS q
    ON q.row_id = e.row_id
  JOIN meter AS k
    ON k.meter = q.meter
  LEFT JOIN rate_line AS l
    ON l.price_set_id = e.price_set_id AND l.meter = q.meter
  WHERE e.prices = 1 AND e.outcome = 'completed'
  GROUP BY e.row_id, e.currency
  HAVING count(l.meter) > 0
    AND count(CASE WHEN l.meter IS NULL AND q.quantity > 0 AND k.unit = 'Tokens' THEN 1 END) = 0
),
whole AS (
  SELECT
    e.source_model_id,
    e.currency,
    k.line_key,
    count(a.amount) AS amounts,
    CAST(sum(a.amount) AS DECIMAL(38,21)) AS amount
  FROM early AS e
  JOIN match_member AS k
    ON k.leg = 'usage' AND k.row_id = e.row_id
  LEFT JOIN amount AS a
    ON a.row_id = e.row_id
  GROUP BY e.source_model_id, e.currency, k.line_key
),
held AS (
  SELECT
    w.source_model_id,
    count(*) AS lines,
    count(CASE WHEN m.recorded_cost - w.amount <= t.half_step
      AND w.amount - m.recorded_cost <= t.half_step THEN 1 END) AS lines_that_tie_out
  FROM whole AS w
  JOIN match_line AS m
    ON m.line_key = w.line_key
  CROSS JOIN ledger_terms AS t
  WHERE w.amounts = m.usage_rows AND m.ledger_rows > 0 AND m.one_currency
    AND m.currency = w.currency AND t.basis <> 'charged'
  GROUP BY w.source_model_id
)
SELECT
  e.source_model_id,
  e.named_from,
  e.capture_id,
  e.start_basis,
  count(*) AS usage_rows,
  min(e.occurred_at) AS first_call,
  max(e.occurred_at) AS last_call,
  coalesce(h.lines, 0) AS lines_held_against_it,
  coalesce(h.lines_that_tie_out, 0) AS lines_that_tie_out
FROM early AS e
LEFT JOIN held AS h
  ON h.source_model_id = e.source_model_id
GROUP BY e.source_model_id, e.named_from, e.capture_id, e.start_basis, h.lines, h.lines_that_tie_out
