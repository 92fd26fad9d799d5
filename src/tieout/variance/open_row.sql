-- open_row: the rated usage rows, inside the period, of the lines that do not tie out.
SELECT
  o.line_key,
  u.row_id,
  u.day,
  u.source_model_id,
  u.price_set_id,
  u.currency,
  u.counts,
  u.expected_cost,
  u.basis_cost,
  u.full_cost,
  u.list_cost,
  u.twice_cost
FROM open_line AS o
JOIN match_member AS k
  ON k.line_key = o.line_key AND k.leg = 'usage' AND k.period_window = 'period'
JOIN usage_member AS u
  ON u.row_id = k.row_id
WHERE o.in_period AND u.rating_state = 'rated'
