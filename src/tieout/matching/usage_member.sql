-- usage_member: each usage row that takes part in matching, with its label set and its group key.
-- The group key holds the fields the matching policy names, an absent field as an explicit mark, so
-- that lines without a field form their own group and are never spread (D14). The sign between fields is
-- doubled inside one, so that no two different sets of fields make one key.
WITH linked AS (
  -- A refund stands beside the request it returns, which it names by task at most; so does what settles.
  SELECT k.row_id, o.request_id
  FROM (
    SELECT f.refund_row_id AS row_id, coalesce(l.call_row_id, f.consumption_row_id) AS call_row_id
    FROM refund_link AS f
    LEFT JOIN settlement_link AS l
      ON l.row_id = f.consumption_row_id
    UNION ALL
    SELECT l.row_id, l.call_row_id
    FROM settlement_link AS l
    LEFT JOIN refund_link AS f
      ON f.refund_row_id = l.row_id
    WHERE f.refund_row_id IS NULL
  ) AS k
  JOIN usage_record AS o
    ON o.row_id = k.call_row_id
)
SELECT
  u.row_id,
  u.period_window,
  coalesce(u.request_id, o.request_id) AS request_id,
  u.usage_day AS day,
  p.source_model_id,
  u.model_as_logged AS model_name,
  u.cost_center,
  u.project,
  s.rating_state,
  s.rating_reason,
  p.price_set_id,
  -- Without a price, the vendor's charge says which money the row is about.
  coalesce(p.currency, u.charge_currency) AS currency,
  e.expected_cost,
  e.full_cost,
  e.list_cost,
  e.twice_cost,
  e.low_cost,
  e.high_cost,
  e.counts,
  -- A charge in another currency than the price is not compared with it: it is unknown here.
  CASE WHEN p.currency IS NULL OR u.charge_currency IS NULL OR u.charge_currency = p.currency
    THEN u.charged_cost END AS charged_cost,
  -- What the books should hold of the row, on the basis they declare (D9); null where not known.
  CASE b.basis
    WHEN 'list' THEN CASE WHEN e.counts THEN e.list_cost WHEN NOT e.counts THEN 0 END
    WHEN 'charged' THEN CASE
      WHEN p.currency IS NULL OR u.charge_currency IS NULL OR u.charge_currency = p.currency
        THEN u.charged_cost END
    ELSE e.expected_cost END AS basis_cost,
  concat_ws(
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
  ) AS group_key
FROM usage_record AS u
CROSS JOIN match_terms AS t
CROSS JOIN ledger_terms AS b
JOIN usage_state AS s
  ON s.row_id = u.row_id
JOIN usage_price AS p
  ON p.row_id = u.row_id
LEFT JOIN expected_cost AS e
  ON e.row_id = u.row_id
LEFT JOIN linked AS o
  ON o.row_id = u.row_id
WHERE u.period_window <> 'outside'
  AND s.rating_state NOT IN ('quarantined', 'excluded')
