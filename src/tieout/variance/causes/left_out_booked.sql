-- left_out_booked: group lines that hold, beside what counts, the price of usage rows that do not count: rows
-- that a rule leaves out (a test key, say), or rows that repeat another one.
-- All rows of one rule (of two rules on a row, the first by its name), all rows of every rule, all repeated rows,
-- or all of these close the line: none is picked. Each costs what is expected of a row that counts; where that
-- is not known of one of them, those it is among close nothing (L3). A row whose id stands in the ledger
-- is judged by its id, elsewhere.
WITH repeated AS (
  SELECT DISTINCT u.request_id
  FROM usage_identity AS i
  JOIN usage_record AS u
    ON u.row_id = i.row_id
  WHERE i.identity = 'repeat'
),
first_copy AS (
  SELECT
    u.row_id, u.request_id, u.attempt, u.entry_kind, u.row_type, u.outcome, u.payload_digest,
    s.rating_state
  FROM repeated AS r
  JOIN usage_record AS u
    ON u.request_id = r.request_id
  JOIN usage_identity AS i
    ON i.row_id = u.row_id AND i.identity = 'single'
  JOIN usage_state AS s
    ON s.row_id = u.row_id
),
left_out AS (
  SELECT
    o.line_key,
    o.currency AS line_currency,
    u.entry_kind,
    u.charge_currency,
    u.charged_cost,
    -- The row that says what it costs; of a repeat whose first copy waits, none does.
    CASE WHEN s.rating_reason = 'DUP_EXACT' THEN f.row_id ELSE u.row_id END AS priced_row,
    CASE
      WHEN s.rating_reason <> 'DUP_EXACT' THEN s.rating_reason
      WHEN f.rating_state = 'excluded' THEN 'rows that repeat a row left out'
      ELSE 'rows that repeat another' END AS reason,
    s.rating_reason <> 'DUP_EXACT' AS by_rule
  FROM usage_state AS s
  JOIN usage_record AS u
    ON u.row_id = s.row_id AND u.period_window = 'period'
  JOIN usage_price AS p
    ON p.row_id = s.row_id
  CROSS JOIN match_terms AS t
  JOIN open_line AS o
    ON o.in_period AND o.ledger_rows > 0
    AND o.line_key = concat('group:', concat_ws(
      '|',
      CASE WHEN t.by_day THEN concat('day=', CAST(u.usage_day AS STRING)) END,
      CASE WHEN t.by_source_model_id
        THEN coalesce('model=' || replace(p.source_model_id, '|', '||'), 'no model') END,
      CASE WHEN t.by_cost_center
        THEN coalesce('cost_center=' || replace(u.cost_center, '|', '||'), 'no cost_center') END,
      CASE WHEN t.by_project
        THEN coalesce('project=' || replace(u.project, '|', '||'), 'no project') END,
      CASE WHEN t.by_customer
        THEN coalesce('customer=' || replace(u.customer, '|', '||'), 'no customer') END,
      CASE WHEN t.by_environment
        THEN coalesce('environment=' || replace(u.environment, '|', '||'), 'no environment') END,
      CASE WHEN t.by_currency
        THEN coalesce('currency=' || replace(coalesce(p.currency, u.charge_currency), '|', '||'), 'no currency') END
    ))
  LEFT JOIN (SELECT DISTINCT request_id FROM ledger_member WHERE request_id IS NOT NULL) AS i
    ON i.request_id = u.request_id
  LEFT JOIN first_copy AS f
    ON s.rating_reason = 'DUP_EXACT' AND f.request_id = u.request_id AND f.payload_digest = u.payload_digest
    AND f.entry_kind = u.entry_kind AND f.attempt IS NOT DISTINCT FROM u.attempt
    AND f.row_type IS NOT DISTINCT FROM u.row_type AND f.outcome IS NOT DISTINCT FROM u.outcome
  WHERE s.rating_state = 'excluded' AND i.request_id IS NULL
    AND (s.rating_reason = 'DUP_EXACT' OR s.rating_reason LIKE 'RULE:%')
),
-- A call that another row gives back or settles, and that row, are no amounts of their own.
linked AS (
  SELECT consumption_row_id AS row_id FROM refund_link
  UNION
  SELECT row_id FROM settlement_link
  UNION
  SELECT call_row_id AS row_id FROM settlement_link
  UNION
  SELECT row_id FROM charge_sum WHERE formula = 'settlement'
),
without_price AS (
  SELECT row_id FROM missing_meter
  UNION
  SELECT row_id FROM unpriced_meter
  UNION
  SELECT row_id FROM contract_hold
  UNION
  SELECT row_id FROM charge_sum WHERE reason = 'PRICE_EXPRESSION'
),
price AS (
  SELECT p.row_id, p.price_set_id, p.alias_id
  FROM (SELECT DISTINCT priced_row FROM left_out) AS r
  JOIN usage_price AS p
    ON p.row_id = r.priced_row
),
metered AS (
  SELECT p.row_id, CAST(sum(q.quantity * l.basis_unit_rate) AS DECIMAL(38,21)) AS cost
  FROM price AS p
  JOIN meter_reading AS q
    ON q.row_id = p.row_id
  JOIN rate_line AS l
    ON l.price_set_id = p.price_set_id AND l.meter = q.meter
  GROUP BY p.row_id
),
amounts AS (
  SELECT
    r.line_key,
    r.reason,
    r.by_rule,
    CASE
      WHEN r.priced_row IS NULL OR r.entry_kind <> 'consumption' OR k.row_id IS NOT NULL THEN NULL
      WHEN t.basis = 'charged'
        THEN CASE WHEN r.charge_currency = r.line_currency THEN r.charged_cost END
      WHEN p.price_set_id IS NULL OR d.alias_id IS NOT NULL THEN NULL
      -- A call that is known not to be billed costs nothing, whatever it used.
      WHEN NOT b.billable THEN 0
      WHEN w.row_id IS NOT NULL THEN NULL
      -- One of which no rule says so is expected at nothing.
      WHEN b.row_id IS NOT NULL AND b.billable IS NULL THEN 0
      ELSE c.cost
    END AS amount
  FROM left_out AS r
  CROSS JOIN ledger_terms AS t
  LEFT JOIN price AS p
    ON p.row_id = r.priced_row
  LEFT JOIN unit_mismatch AS d
    ON d.alias_id = p.alias_id AND d.price_set_id = p.price_set_id
  LEFT JOIN call_billing AS b
    ON b.row_id = r.priced_row
  LEFT JOIN linked AS k
    ON k.row_id = r.priced_row
  LEFT JOIN without_price AS w
    ON w.row_id = r.priced_row
  LEFT JOIN metered AS c
    ON c.row_id = r.priced_row
),
of_reason AS (
  SELECT
    line_key, reason, by_rule,
    count(*) - count(amount) AS unknown_rows,
    CAST(sum(amount) AS DECIMAL(38,21)) AS amount
  FROM amounts
  GROUP BY line_key, reason, by_rule
),
assumed AS (
  SELECT line_key, reason AS variant, unknown_rows, amount
  FROM of_reason
  WHERE reason <> 'rows that repeat a row left out'
  UNION ALL
  SELECT
    line_key, concat('rows of every rule from ', substr(min(reason), 6), ' to ', substr(max(reason), 6)) AS variant,
    sum(unknown_rows) AS unknown_rows,
    CAST(sum(amount) AS DECIMAL(38,21)) AS amount
  FROM of_reason
  WHERE by_rule
  GROUP BY line_key
  HAVING count(CASE WHEN amount <> 0 THEN 1 END) > 1
  UNION ALL
  SELECT
    line_key,
    concat('rows that repeat another and rows of every rule from ',
      substr(min(CASE WHEN by_rule THEN reason END), 6), ' to ', substr(max(CASE WHEN by_rule THEN reason END), 6))
      AS variant,
    sum(unknown_rows) AS unknown_rows,
    CAST(sum(amount) AS DECIMAL(38,21)) AS amount
  FROM of_reason
  GROUP BY line_key
  HAVING count(CASE WHEN amount <> 0 THEN 1 END) > 1
    AND count(CASE WHEN amount <> 0 AND NOT by_rule THEN 1 END) > 0
)
SELECT a.line_key, 'left_out_booked' AS cause, a.variant
FROM assumed AS a
JOIN open_line AS o
  ON o.line_key = a.line_key
CROSS JOIN ledger_terms AS t
WHERE a.unknown_rows = 0
  AND o.recorded_cost - o.basis_cost - a.amount <= t.half_step
  AND o.basis_cost + a.amount - o.recorded_cost <= t.half_step
