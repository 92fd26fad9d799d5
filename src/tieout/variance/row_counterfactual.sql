-- row_counterfactual: the alternative amounts of open rows under one changed assumption each.
-- The first one changes nothing: what the declared rounding of the booking makes of the amount it
-- should hold, so that rounding is recognised before anything else.
SELECT line_key, row_id, 'declared_rounding' AS cause, 'declared rule' AS variant,
  basis_cost AS amount
FROM open_row
UNION ALL
SELECT line_key, row_id, cause, variant, amount FROM other_price
UNION ALL
SELECT line_key, row_id, cause, variant, amount FROM ratio
UNION ALL
SELECT line_key, row_id, cause, variant, amount FROM other_basis
UNION ALL
SELECT line_key, row_id, cause, variant, amount FROM swapped_tokens
UNION ALL
SELECT line_key, row_id, cause, variant, amount FROM unverified_billing
UNION ALL
SELECT line_key, row_id, cause, variant, amount FROM meter_priced_otherwise
