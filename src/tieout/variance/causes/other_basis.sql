-- other_basis: what each open row costs net of the multiplier, where the ledger declares another basis:
-- an entry that was calculated from the price, in a ledger of list prices or of charges (D9).
SELECT
  r.line_key,
  r.row_id,
  'other_basis' AS cause,
  'net' AS variant,
  r.expected_cost AS amount
FROM open_row AS r
CROSS JOIN ledger_terms AS t
WHERE t.basis IN ('list', 'charged') AND r.expected_cost <> r.basis_cost
