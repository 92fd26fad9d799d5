-- price_in_force: per model, half-open stretches of time and the price set that holds in each (P7).
-- Built from the bounds of all price sets of a model, so that stretches never overlap: how many
-- different prices hold at once is a column, not a surprise in a join. Of several sources the best
-- grade has the authority (D21): a signed agreement is not in conflict with a public price.
WITH bound AS (
  SELECT source_model_id, effective_from AS moment FROM price_set
  UNION
  SELECT source_model_id, effective_until AS moment FROM price_set
  WHERE effective_until IS NOT NULL
),
stretch AS (
  SELECT
    source_model_id,
    moment AS effective_from,
    lead(moment) OVER (PARTITION BY source_model_id ORDER BY moment) AS effective_until
  FROM bound
),
held AS (
  SELECT
    s.source_model_id,
    s.effective_from,
    s.effective_until,
    p.rates_digest,
    p.price_set_id,
    p.currency,
    p.grade,
    p.declared,
    min(p.grade) OVER (PARTITION BY s.source_model_id, s.effective_from) AS best_grade
  FROM stretch AS s
  JOIN price_set AS p
    ON p.source_model_id = s.source_model_id
    AND p.effective_from <= s.effective_from
    AND (p.effective_until IS NULL OR p.effective_until > s.effective_from)
)
SELECT
  source_model_id,
  effective_from,
  effective_until,
  count(DISTINCT rates_digest) AS rates_in_force,
  min(price_set_id) AS price_set_id,
  min(currency) AS currency,
  max(grade) AS grade,
  -- A declared price never gives approval by itself (D22).
  max(CASE WHEN declared THEN 1 ELSE 0 END) = 1 AS declared
FROM held
WHERE grade = best_grade
GROUP BY source_model_id, effective_from, effective_until
