-- match_line: one line for each match key: both legs summed, in the period and in its margins.
-- Lines with rows in the period are the lines of the run; the others are only counterparts (D6), as
-- are rows that were called back for an item that an earlier run left open.
WITH usage_side AS (
  SELECT
    k.line_key,
    count(CASE WHEN u.period_window = 'period' THEN 1 END) AS usage_rows,
    count(CASE WHEN u.period_window <> 'period' THEN 1 END) AS margin_usage_rows,
    -- A row without an amount on the ledger's basis cannot be compared any more than an unrated one.
    count(CASE WHEN u.period_window = 'period'
      AND (u.rating_state <> 'rated' OR u.basis_cost IS NULL) THEN 1 END) AS rows_not_rated,
    count(CASE WHEN u.period_window <> 'period'
      AND (u.rating_state <> 'rated' OR u.basis_cost IS NULL) THEN 1 END) AS margin_rows_not_rated,
    -- The first home that fits, as text that sorts in the order of D1, with its first reason.
    min(CASE WHEN u.period_window = 'period' THEN CASE u.rating_state
      WHEN 'unmapped' THEN concat('1 unmapped ', u.rating_reason)
      WHEN 'not_reconcilable' THEN concat('2 not_reconcilable ', u.rating_reason)
      WHEN 'unrated' THEN concat('3 unrated ', u.rating_reason) END END) AS not_rated,
    min(CASE WHEN u.period_window = 'period' THEN u.day END) AS period_day,
    min(u.day) AS day,
    min(u.source_model_id) AS source_model_id,
    min(u.model_name) AS model_name,
    min(u.cost_center) AS cost_center,
    min(u.project) AS project,
    min(u.currency) AS currency,
    max(u.currency) AS highest_currency,
    min(CASE WHEN u.period_window = 'period' THEN u.price_set_id END) AS lowest_price_set_id,
    max(CASE WHEN u.period_window = 'period' THEN u.price_set_id END) AS highest_price_set_id,
    count(CASE WHEN u.period_window = 'period' AND u.rating_reason = 'BILLING_UNVERIFIED' THEN 1 END)
      AS unverified_rows,
    CAST(sum(CASE WHEN u.period_window = 'period' THEN u.expected_cost END) AS DECIMAL(38,21))
      AS expected_cost,
    CAST(sum(CASE WHEN u.period_window = 'period' THEN u.full_cost END) AS DECIMAL(38,21))
      AS full_cost,
    CAST(sum(CASE WHEN u.period_window = 'period' THEN u.low_cost END) AS DECIMAL(38,21))
      AS low_cost,
    -- A row without a rate, or without a bound, leaves the line without an upper bound (D7).
    CASE WHEN count(CASE WHEN u.period_window = 'period' AND u.high_cost IS NULL THEN 1 END) = 0
      THEN CAST(sum(CASE WHEN u.period_window = 'period' THEN u.high_cost ELSE 0 END)
        AS DECIMAL(38,21)) END AS high_cost,
    CAST(sum(CASE WHEN u.period_window <> 'period' THEN u.expected_cost END) AS DECIMAL(38,21))
      AS margin_expected_cost,
    CAST(sum(CASE WHEN u.period_window = 'period' THEN u.basis_cost END) AS DECIMAL(38,21))
      AS basis_cost,
    CAST(sum(CASE WHEN u.period_window <> 'period' THEN u.basis_cost END) AS DECIMAL(38,21))
      AS margin_basis_cost,
    CAST(sum(CASE WHEN u.period_window = 'period' THEN u.charged_cost END) AS DECIMAL(38,21))
      AS charged_cost,
    count(CASE WHEN u.period_window = 'period' AND u.charged_cost IS NOT NULL THEN 1 END)
      AS charged_rows
  FROM match_member AS k
  JOIN usage_member AS u
    ON k.leg = 'usage' AND u.row_id = k.row_id
  GROUP BY k.line_key
),
ledger_side AS (
  SELECT
    k.line_key,
    count(CASE WHEN l.period_window = 'period' THEN 1 END) AS ledger_rows,
    count(CASE WHEN l.period_window <> 'period' THEN 1 END) AS margin_ledger_rows,
    min(CASE WHEN l.period_window = 'period' THEN l.day END) AS period_day,
    min(l.day) AS day,
    min(l.source_model_id) AS source_model_id,
    min(l.model_name) AS model_name,
    min(l.cost_center) AS cost_center,
    min(l.project) AS project,
    min(l.currency) AS currency,
    max(l.currency) AS highest_currency,
    CAST(sum(CASE WHEN l.period_window = 'period' THEN l.recorded_cost END) AS DECIMAL(38,21))
      AS recorded_cost,
    CAST(sum(CASE WHEN l.period_window <> 'period' THEN l.recorded_cost END) AS DECIMAL(38,21))
      AS margin_recorded_cost,
    min(CASE WHEN l.period_window = 'period' THEN l.recorded_cost END) AS lowest_entry_cost,
    max(CASE WHEN l.period_window = 'period' THEN l.recorded_cost END) AS highest_entry_cost
  FROM match_member AS k
  JOIN ledger_member AS l
    ON k.leg = 'ledger' AND l.row_id = k.row_id
  GROUP BY k.line_key
)
SELECT
  coalesce(u.line_key, l.line_key) AS line_key,
  CASE WHEN coalesce(u.line_key, l.line_key) LIKE 'id%' THEN 'request' ELSE 'group' END AS grain,
  coalesce(u.usage_rows, 0) + coalesce(l.ledger_rows, 0) > 0 AS in_period,
  coalesce(u.usage_rows, 0) AS usage_rows,
  coalesce(l.ledger_rows, 0) AS ledger_rows,
  coalesce(u.margin_usage_rows, 0) AS margin_usage_rows,
  coalesce(l.margin_ledger_rows, 0) AS margin_ledger_rows,
  coalesce(u.rows_not_rated, 0) AS rows_not_rated,
  coalesce(u.margin_rows_not_rated, 0) AS margin_rows_not_rated,
  CASE substr(u.not_rated, 1, 1)
    WHEN '1' THEN 'unmapped'
    WHEN '2' THEN 'not_reconcilable'
    WHEN '3' THEN 'unrated' END AS state_not_rated,
  CASE substr(u.not_rated, 1, 1)
    WHEN '1' THEN substr(u.not_rated, 12)
    WHEN '2' THEN substr(u.not_rated, 20)
    WHEN '3' THEN substr(u.not_rated, 11) END AS reason_not_rated,
  -- A line of the period is filed under a day of the period, whatever stands in its margins.
  coalesce(u.period_day, l.period_day, u.day, l.day) AS day,
  coalesce(u.source_model_id, l.source_model_id) AS source_model_id,
  coalesce(u.model_name, l.model_name) AS model_name,
  coalesce(u.cost_center, l.cost_center) AS cost_center,
  coalesce(u.project, l.project) AS project,
  coalesce(u.currency, l.currency) AS currency,
  -- Amounts in two currencies are never compared, let alone added.
  coalesce(u.line_key, l.line_key) NOT LIKE 'id/%'
    AND coalesce(u.currency = u.highest_currency, TRUE)
    AND coalesce(l.currency = l.highest_currency, TRUE)
    AND coalesce(u.currency = l.currency, TRUE) AS one_currency,
  CASE WHEN u.lowest_price_set_id = u.highest_price_set_id
    THEN u.lowest_price_set_id END AS price_set_id,
  coalesce(u.unverified_rows, 0) AS unverified_rows,
  coalesce(u.expected_cost, 0) AS expected_cost,
  coalesce(u.full_cost, 0) AS full_cost,
  coalesce(u.low_cost, 0) AS low_cost,
  CASE WHEN u.line_key IS NULL THEN 0 ELSE u.high_cost END AS high_cost,
  coalesce(u.margin_expected_cost, 0) AS margin_expected_cost,
  coalesce(u.basis_cost, 0) AS basis_cost,
  coalesce(u.margin_basis_cost, 0) AS margin_basis_cost,
  u.charged_cost,
  coalesce(u.charged_rows, 0) AS charged_rows,
  coalesce(l.recorded_cost, 0) AS recorded_cost,
  coalesce(l.margin_recorded_cost, 0) AS margin_recorded_cost,
  l.lowest_entry_cost,
  l.highest_entry_cost
FROM usage_side AS u
FULL OUTER JOIN ledger_side AS l
  ON l.line_key = u.line_key
