-- charged_row: the rows of the period that the vendor charged, by which everything that is claimed begins
-- (B6). Where no log states charges it is empty, and so are the statements behind it.
SELECT
  row_id,
  coalesce(task_id, request_id) AS origin,
  charged_units,
  charged_cost,
  charge_currency
FROM usage_record
WHERE charged_cost > 0 AND period_window = 'period' AND entry_kind = 'consumption'
