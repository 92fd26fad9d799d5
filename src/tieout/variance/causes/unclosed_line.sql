-- unclosed_line: what the searches leave as well: lines for which a range, or a mistake made on several
-- calls, is all there may be. Where the ledger states quantities of its own, they say more than either.
SELECT
  o.line_key,
  o.source_model_id,
  o.cost_center,
  o.currency,
  o.usage_rows,
  o.ledger_rows,
  o.basis_cost,
  o.recorded_cost
FROM unexplained_line AS o
LEFT JOIN (
  SELECT line_key FROM factor_thousand
  UNION
  SELECT line_key FROM plain_multiple
  UNION
  SELECT line_key FROM other_model_price
  UNION
  SELECT line_key FROM common_factor
  UNION
  SELECT line_key FROM minimum_charge
  UNION
  SELECT line_key FROM ledger_quantity_priced
) AS closed
  ON closed.line_key = o.line_key
WHERE closed.line_key IS NULL
