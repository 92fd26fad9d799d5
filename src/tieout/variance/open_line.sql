-- open_line: comparable lines whose recorded amount does not tie out on the ledger's basis (D9, D11).
-- Tying out is a difference of at most half the declared recorded step; what remains below it goes
-- to rounding without opening a line. Lines that lie wholly in a margin are judged by their margin
-- amounts: they are no lines of the run, only possible counterparts (D6).
WITH judged AS (
  SELECT
    line_key,
    grain,
    in_period,
    day,
    source_model_id,
    cost_center,
    project,
    currency,
    usage_rows,
    ledger_rows,
    margin_usage_rows,
    margin_ledger_rows,
    margin_rows_not_rated,
    price_set_id,
    basis_cost,
    margin_basis_cost,
    recorded_cost,
    margin_recorded_cost,
    lowest_entry_cost,
    highest_entry_cost,
    CASE
      WHEN in_period THEN CAST(recorded_cost - basis_cost AS DECIMAL(38,21))
      ELSE CAST(margin_recorded_cost - margin_basis_cost AS DECIMAL(38,21))
    END AS difference
  FROM match_line
  WHERE one_currency AND CASE WHEN in_period THEN rows_not_rated ELSE margin_rows_not_rated END = 0
)
SELECT
  j.line_key,
  j.grain,
  j.in_period,
  j.day,
  j.source_model_id,
  j.cost_center,
  j.project,
  j.currency,
  j.usage_rows,
  j.ledger_rows,
  j.margin_usage_rows,
  j.margin_ledger_rows,
  j.margin_rows_not_rated,
  j.price_set_id,
  j.basis_cost,
  j.margin_basis_cost,
  j.recorded_cost,
  j.margin_recorded_cost,
  j.lowest_entry_cost,
  j.highest_entry_cost,
  j.difference
FROM judged AS j
CROSS JOIN ledger_terms AS t
WHERE j.difference > t.half_step OR j.difference < -t.half_step
