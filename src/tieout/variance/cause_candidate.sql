-- cause_candidate: every explanation that closes an open line, and where no cause does, two of them
-- together and a range; competing ones all stand here.
SELECT line_key, cause, variant FROM recomputed
UNION ALL
SELECT line_key, cause, variant FROM rounded_scope
UNION ALL
SELECT line_key, cause, variant FROM factor_thousand
UNION ALL
SELECT line_key, cause, variant FROM plain_multiple
UNION ALL
SELECT line_key, cause, variant FROM presence
UNION ALL
SELECT line_key, cause, variant FROM left_out_booked
UNION ALL
SELECT line_key, cause, variant FROM counterpart_day
UNION ALL
SELECT line_key, cause, variant FROM booked_elsewhere
UNION ALL
SELECT line_key, cause, variant FROM other_zone
UNION ALL
SELECT line_key, cause, variant FROM other_model_price
UNION ALL
SELECT line_key, cause, variant FROM common_factor
UNION ALL
SELECT line_key, cause, variant FROM minimum_charge
UNION ALL
SELECT line_key, cause, variant FROM booked_as_charged
UNION ALL
SELECT line_key, cause, variant FROM within_range
UNION ALL
SELECT line_key, cause, variant FROM unrecorded_part
UNION ALL
SELECT line_key, cause, variant FROM cause_pair
UNION ALL
-- Quantities that differ are the plain word for what a more special cause says in full: an entry
-- posted twice states its quantities twice, a swapped one swaps them. It is no rival to those.
SELECT o.line_key, 'quantities_differ' AS cause, 'quantities of the ledger' AS variant
FROM ledger_quantity_priced AS q
JOIN open_line AS o
  ON o.line_key = q.line_key
LEFT JOIN (
  SELECT line_key FROM presence
  UNION
  SELECT line_key FROM left_out_booked
  UNION
  SELECT line_key FROM counterpart_day WHERE cause <> 'one_of_other_days'
  UNION
  SELECT line_key FROM recomputed WHERE cause = 'tokens_swapped'
) AS special
  ON special.line_key = q.line_key
CROSS JOIN ledger_terms AS t
WHERE special.line_key IS NULL
  AND o.recorded_cost - q.ledger_quantity_cost <= t.half_step
  AND q.ledger_quantity_cost - o.recorded_cost <= t.half_step
