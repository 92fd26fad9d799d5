-- variance_line: every line of the period with its variance, bucket, cause and parts (V2, V3).
-- Variance is recorded minus expected; where the charge is known it is booking (recorded minus
-- charged) plus billing (charged minus expected). The parts add up to the variance.
WITH judged AS (
  SELECT
    m.line_key,
    m.grain,
    m.day,
    m.source_model_id,
    m.model_name,
    m.cost_center,
    m.project,
    m.currency,
    m.usage_rows,
    m.ledger_rows,
    m.price_set_id,
    m.state_not_rated,
    m.reason_not_rated,
    m.unverified_rows,
    m.expected_cost,
    m.low_cost,
    m.high_cost,
    m.recorded_cost,
    -- A line without usage rows has no charge: the vendor's log does not know it.
    CASE
      WHEN m.usage_rows = 0 AND g.charges_known THEN 0
      WHEN m.charged_rows = m.usage_rows AND m.usage_rows > 0 THEN m.charged_cost
    END AS charged_cost,
    CAST(m.recorded_cost - m.expected_cost AS DECIMAL(38,21)) AS variance,
    CASE
      WHEN m.rows_not_rated > 0 OR NOT m.one_currency THEN 'not_comparable'
      WHEN o.line_key IS NULL THEN 'ties_out'
      ELSE 'open'
    END AS line_state,
    c.cause,
    c.variant,
    coalesce(c.causes, 0) AS causes,
    q.ledger_quantity_cost
  FROM match_line AS m
  CROSS JOIN charge_terms AS g
  LEFT JOIN open_line AS o
    ON o.line_key = m.line_key
  LEFT JOIN line_cause AS c
    ON c.line_key = m.line_key
  LEFT JOIN ledger_quantity_priced AS q
    ON q.line_key = m.line_key
  WHERE m.in_period
),
filed AS (
  SELECT
    j.line_key, j.grain, j.day, j.source_model_id, j.model_name, j.cost_center, j.project,
    j.currency, j.usage_rows, j.ledger_rows, j.price_set_id, j.unverified_rows,
    j.expected_cost, j.low_cost, j.high_cost, j.charged_cost, j.recorded_cost, j.variance,
    j.line_state, j.state_not_rated, j.reason_not_rated, j.variant, j.causes,
    j.ledger_quantity_cost,
    CASE
      WHEN j.line_state = 'ties_out' THEN 'ties_out'
      WHEN j.line_state = 'not_comparable' THEN coalesce(j.state_not_rated, 'two_currencies')
      ELSE coalesce(j.cause, 'unknown')
    END AS cause
  FROM judged AS j
)
SELECT
  f.line_key,
  f.grain,
  f.day,
  f.source_model_id,
  f.model_name,
  f.cost_center,
  f.project,
  f.currency,
  f.usage_rows,
  f.ledger_rows,
  f.price_set_id,
  f.unverified_rows,
  f.line_state,
  f.state_not_rated,
  f.reason_not_rated,
  f.cause,
  f.variant,
  f.causes,
  k.bucket,
  CASE
    WHEN f.line_state <> 'open' THEN 'none'
    WHEN f.causes > 1 THEN 'suspected'
    -- A usage row that waits unread, or that does not count, may be the one that is missing.
    WHEN f.cause = 'not_in_usage' AND f.variant <> 'no usage row' THEN 'suspected'
    ELSE k.proof
  END AS proof,
  f.expected_cost,
  f.low_cost,
  f.high_cost,
  f.charged_cost,
  f.recorded_cost,
  f.variance,
  CAST(f.recorded_cost - f.charged_cost AS DECIMAL(38,21)) AS booking_variance,
  CAST(f.charged_cost - f.expected_cost AS DECIMAL(38,21)) AS billing_variance,
  CAST(CASE
    WHEN k.part = 'rate' THEN f.variance
    WHEN k.part = 'unknown' AND f.ledger_quantity_cost IS NOT NULL
      THEN f.recorded_cost - f.ledger_quantity_cost
    ELSE 0 END AS DECIMAL(38,21)) AS rate_part,
  CAST(CASE
    WHEN k.part = 'quantity' THEN f.variance
    WHEN k.part = 'unknown' AND f.ledger_quantity_cost IS NOT NULL
      THEN f.ledger_quantity_cost - f.expected_cost
    ELSE 0 END AS DECIMAL(38,21)) AS quantity_part,
  CAST(CASE WHEN k.part = 'mapping' THEN f.variance ELSE 0 END AS DECIMAL(38,21)) AS mapping_part,
  CAST(CASE WHEN k.part = 'timing' THEN f.variance ELSE 0 END AS DECIMAL(38,21)) AS timing_part,
  CAST(CASE WHEN k.part = 'rounding' THEN f.variance ELSE 0 END AS DECIMAL(38,21))
    AS rounding_part,
  CAST(CASE
    WHEN k.part = 'unknown' AND f.ledger_quantity_cost IS NULL THEN f.variance
    ELSE 0 END AS DECIMAL(38,21)) AS unknown_part
FROM filed AS f
JOIN cause_terms AS k
  ON k.cause = f.cause
