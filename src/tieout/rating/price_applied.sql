-- price_applied: the price in force, a change in it moved to the first row that shows it (P7).
SELECT
  f.source_model_id,
  coalesce(n.shown_new, f.effective_from) AS effective_from,
  coalesce(o.shown_new, f.effective_until) AS effective_until,
  f.rates_in_force,
  f.price_set_id,
  f.currency,
  f.grade,
  f.declared
FROM price_in_force AS f
LEFT JOIN price_gap AS n
  ON n.source_model_id = f.source_model_id AND n.seen_new = f.effective_from
LEFT JOIN price_gap AS o
  ON o.source_model_id = f.source_model_id
  AND o.shown_new < f.effective_until AND f.effective_until <= o.seen_new
WHERE f.effective_until IS NULL
  OR coalesce(n.shown_new, f.effective_from) < coalesce(o.shown_new, f.effective_until)
