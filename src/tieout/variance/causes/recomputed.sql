-- recomputed: open lines that one changed assumption closes, within half the recorded step.
-- A line whose ledger has no entry is not explained by an assumption about prices.
SELECT c.line_key, c.cause, c.variant
FROM line_counterfactual AS c
JOIN open_line AS o
  ON o.line_key = c.line_key AND o.ledger_rows > 0
CROSS JOIN ledger_terms AS t
WHERE o.recorded_cost - c.amount <= t.half_step
  AND c.amount - o.recorded_cost <= t.half_step
