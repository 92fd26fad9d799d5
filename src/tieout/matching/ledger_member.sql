-- ledger_member: each ledger entry that takes part in matching, with the same labels and group key
-- as the usage side, its model resolved through the same mapping (D14).
SELECT
  l.row_id,
  l.period_window,
  l.request_id,
  l.ledger_day AS day,
  m.source_model_id,
  l.model_as_recorded AS model_name,
  l.cost_center,
  l.project,
  l.currency,
  l.recorded_cost,
  concat_ws(
    '|',
    CASE WHEN t.by_day THEN concat('day=', CAST(l.ledger_day AS STRING)) END,
    CASE WHEN t.by_source_model_id
      THEN coalesce('model=' || replace(m.source_model_id, '|', '||'), 'no model') END,
    CASE WHEN t.by_cost_center
      THEN coalesce('cost_center=' || replace(l.cost_center, '|', '||'), 'no cost_center') END,
    CASE WHEN t.by_project
      THEN coalesce('project=' || replace(l.project, '|', '||'), 'no project') END,
    CASE WHEN t.by_customer
      THEN coalesce('customer=' || replace(l.customer, '|', '||'), 'no customer') END,
    CASE WHEN t.by_environment
      THEN coalesce('environment=' || replace(l.environment, '|', '||'), 'no environment') END,
    CASE WHEN t.by_currency
      THEN coalesce('currency=' || replace(l.currency, '|', '||'), 'no currency') END
  ) AS group_key
FROM ledger_record AS l
CROSS JOIN match_terms AS t
JOIN model_resolution AS m
  ON m.leg = 'ledger' AND m.row_id = l.row_id
WHERE l.period_window <> 'outside'
