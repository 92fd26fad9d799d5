-- model_resolution: the source model id behind each name, on both legs, and how it was found (M2).
-- An exact id with a price in force beats an alias (D2); an alias must be in force at that time.
-- An exact id of the book without a price at that time is known, but will be unrated.
-- Nothing else resolves: a name that is almost an id stays unmapped.
WITH seen AS (
  SELECT 'usage' AS leg, row_id, model_as_logged AS name, occurred_at AS moment FROM usage_record
  UNION ALL
  SELECT 'ledger' AS leg, row_id, model_as_recorded AS name, posted_at AS moment FROM ledger_record
),
known AS (
  SELECT DISTINCT source_model_id FROM price_set
)
SELECT
  s.leg,
  s.row_id,
  CASE
    WHEN e.source_model_id IS NOT NULL THEN e.source_model_id
    WHEN a.alias_id IS NOT NULL THEN a.source_model_id
    ELSE k.source_model_id
  END AS source_model_id,
  CASE
    WHEN e.source_model_id IS NOT NULL THEN 'exact'
    WHEN a.alias_id IS NOT NULL THEN 'alias'
    WHEN k.source_model_id IS NOT NULL THEN 'exact, no price in force'
  END AS resolved_by,
  CASE WHEN e.source_model_id IS NULL THEN a.alias_id END AS alias_id
FROM seen AS s
LEFT JOIN price_in_force AS e
  ON e.source_model_id = s.name
  AND s.moment >= e.effective_from
  AND (e.effective_until IS NULL OR s.moment < e.effective_until)
LEFT JOIN alias AS a
  ON a.internal_model_alias = s.name
  AND s.moment >= a.effective_from
  AND (a.effective_until IS NULL OR s.moment < a.effective_until)
LEFT JOIN known AS k
  ON k.source_model_id = s.name
