-- usage_state: the one home of each usage row, the first of six that fits (D1), with its reason.
-- Rows within the margin are outside the totals, yet may be counterparts: what they would be inside
-- the period is kept as their rating state (D6). A call that a verified rule says is not billed costs
-- nothing whatever it used: it needs no meter, and no rate for one (D3, D7). What settles a call counts
-- in the money in which it was charged, which has to be that of the price, and never more surely than
-- the call itself: it waits, is excluded, is not billed or is a range where its call is.
WITH judged AS (
  SELECT
    u.row_id,
    u.period_window,
    CASE
      WHEN i.identity = 'conflict' THEN 'quarantined'
      WHEN u.entry_kind = 'not_usage' THEN 'excluded'
      WHEN i.identity = 'repeat' THEN 'excluded'
      WHEN x.row_id IS NOT NULL THEN 'excluded'
      WHEN p.source_model_id IS NULL THEN 'unmapped'
      WHEN u.entry_kind = 'refund' AND f.refund_row_id IS NULL AND l.row_id IS NULL
        THEN 'not_reconcilable'
      WHEN o.row_id IS NOT NULL AND l.row_id IS NULL THEN 'not_reconcilable'
      WHEN NOT l.in_money THEN 'not_reconcilable'
      WHEN e.row_id IS NOT NULL THEN 'not_reconcilable'
      WHEN m.row_id IS NOT NULL AND coalesce(k.billable, TRUE) THEN 'not_reconcilable'
      WHEN h.about = 'usage' THEN 'not_reconcilable'
      WHEN p.rates_in_force <> 1 THEN 'unrated'
      WHEN d.price_set_id IS NOT NULL THEN 'unrated'
      WHEN n.row_id IS NOT NULL AND coalesce(k.billable, TRUE) THEN 'unrated'
      WHEN h.about = 'price' THEN 'unrated'
      ELSE 'rated'
    END AS rating_state,
    CASE
      WHEN i.identity = 'conflict' THEN 'DUP_CONFLICT'
      WHEN u.entry_kind = 'not_usage' THEN 'NOT_USAGE'
      WHEN i.identity = 'repeat' THEN 'DUP_EXACT'
      WHEN x.row_id IS NOT NULL THEN concat('RULE:', x.rule_name)
      WHEN p.source_model_id IS NULL AND u.model_as_logged IS NULL THEN 'MODEL_MISSING'
      WHEN p.source_model_id IS NULL THEN 'MODEL_UNMAPPED'
      WHEN u.entry_kind = 'refund' AND f.refund_row_id IS NULL AND l.row_id IS NULL
        THEN 'REFUND_WITHOUT_ORIGIN'
      WHEN o.row_id IS NOT NULL AND l.row_id IS NULL THEN 'SETTLEMENT_WITHOUT_ORIGIN'
      WHEN NOT l.in_money THEN 'SETTLEMENT_NOT_PRICED'
      WHEN e.row_id IS NOT NULL THEN 'PRICE_EXPRESSION'
      WHEN m.row_id IS NOT NULL AND coalesce(k.billable, TRUE) THEN 'METER_NOT_RECORDED'
      WHEN h.about = 'usage' THEN 'CONTRACT_CONTRADICTED'
      WHEN b.source_model_id IS NULL THEN 'MAP_TARGET'
      WHEN p.rates_in_force = 0 THEN 'PRICE_NOT_IN_FORCE'
      WHEN p.rates_in_force > 1 THEN 'PRICE_OVERLAP'
      WHEN d.price_set_id IS NOT NULL THEN 'MAP_UNIT_MISMATCH'
      WHEN n.row_id IS NOT NULL AND coalesce(k.billable, TRUE) THEN 'METER_UNPRICED'
      WHEN h.about = 'price' THEN 'CONTRACT_CONTRADICTED'
      WHEN f.refund_row_id IS NOT NULL THEN 'REFUND_IN_FULL'
      WHEN k.billable THEN 'BILLABLE'
      WHEN NOT k.billable THEN 'NOT_BILLABLE'
      WHEN k.call_kind = 'refunded' THEN 'REFUNDED'
      WHEN u.outcome <> 'completed' OR l.row_id IS NOT NULL THEN 'BILLING_UNVERIFIED'
      ELSE 'COMPLETED'
    END AS rating_reason
  FROM usage_record AS u
  JOIN usage_price AS p
    ON p.row_id = u.row_id
  LEFT JOIN usage_identity AS i
    ON i.row_id = u.row_id
  LEFT JOIN excluded_row AS x
    ON x.row_id = u.row_id
  LEFT JOIN refund_link AS f
    ON f.refund_row_id = u.row_id
  LEFT JOIN (
    SELECT
      x.row_id,
      -- A unit rate has four digits before its point and eighteen behind it.
      q.rates_in_force <> 1 OR coalesce(coalesce(c.charge_currency, q.currency) = q.currency
        AND c.charged_cost < 10000 AND c.charged_cost > -10000
        AND c.charged_cost = CAST(c.charged_cost AS DECIMAL(38,18)), FALSE) AS in_money
    FROM settlement_link AS x
    JOIN usage_record AS c
      ON c.row_id = x.row_id
    JOIN usage_price AS q
      ON q.row_id = x.row_id
  ) AS l
    ON l.row_id = u.row_id
  -- A further charge that says itself that it settles another one.
  LEFT JOIN charge_sum AS o
    ON o.row_id = u.row_id AND o.formula = 'settlement' AND u.entry_kind = 'consumption'
  LEFT JOIN call_billing AS k
    ON k.row_id = u.row_id
  LEFT JOIN (SELECT DISTINCT source_model_id FROM price_set) AS b
    ON b.source_model_id = p.source_model_id
  -- The vendor priced the row by an expression, which no flat rate gives.
  LEFT JOIN charge_sum AS e
    ON e.row_id = u.row_id AND e.reason = 'PRICE_EXPRESSION'
  LEFT JOIN missing_meter AS m
    ON m.row_id = u.row_id
  LEFT JOIN unit_mismatch AS d
    ON d.alias_id = p.alias_id AND d.price_set_id = p.price_set_id
  LEFT JOIN unpriced_meter AS n
    ON n.row_id = u.row_id
  LEFT JOIN contract_hold AS h
    ON h.row_id = u.row_id
),
settled AS (
  SELECT
    l.row_id,
    CASE
      WHEN c.rating_state = 'excluded' THEN 'excluded'
      WHEN c.rating_state <> 'rated' AND c.period_window = j.period_window THEN 'not_reconcilable'
      ELSE 'rated'
    END AS rating_state,
    -- What a call of another period waits for is no matter of this one.
    CASE
      WHEN c.rating_state = 'excluded' THEN c.rating_reason
      WHEN c.rating_state <> 'rated' AND c.period_window = j.period_window THEN 'SETTLED_CALL_WAITS'
      WHEN c.rating_reason = 'NOT_BILLABLE' THEN 'NOT_BILLABLE'
      WHEN c.rating_reason IN ('REFUNDED', 'BILLING_UNVERIFIED') AND j.rating_reason = 'BILLABLE'
        THEN 'BILLING_UNVERIFIED'
      ELSE j.rating_reason
    END AS rating_reason
  FROM settlement_link AS l
  JOIN judged AS j
    ON j.row_id = l.row_id AND j.rating_state = 'rated'
  JOIN judged AS c
    ON c.row_id = l.call_row_id
),
stated AS (
  SELECT
    j.row_id,
    j.period_window,
    coalesce(s.rating_state, j.rating_state) AS rating_state,
    coalesce(s.rating_reason, j.rating_reason) AS rating_reason
  FROM judged AS j
  LEFT JOIN settled AS s
    ON s.row_id = j.row_id
)
SELECT
  row_id,
  period_window,
  rating_state,
  rating_reason,
  CASE
    WHEN rating_state = 'quarantined' THEN 'quarantined'
    WHEN period_window <> 'period' THEN 'excluded'
    ELSE rating_state
  END AS row_state,
  CASE
    WHEN rating_state = 'quarantined' THEN rating_reason
    WHEN period_window <> 'period' THEN 'PERIOD_OUT'
    ELSE rating_reason
  END AS state_reason
FROM stated
