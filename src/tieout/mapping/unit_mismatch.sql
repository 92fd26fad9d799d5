-- unit_mismatch: mapping rows approved for one unit, whose model is priced in other ones (D2).
-- A price set may quote several units (tokens and requests): one of them is enough to agree. Both
-- sides are in the one spelling of the units table, so that equal text is an equal unit.
SELECT
  a.alias_id,
  a.internal_model_alias,
  a.source_model_id,
  a.pricing_unit AS mapping_unit,
  s.price_set_id,
  min(l.pricing_unit) AS first_price_unit,
  max(l.pricing_unit) AS last_price_unit
FROM alias AS a
JOIN price_set AS s
  ON s.source_model_id = a.source_model_id
JOIN price_line AS l
  ON l.price_set_id = s.price_set_id
WHERE a.pricing_unit IS NOT NULL
GROUP BY
  a.alias_id, a.internal_model_alias, a.source_model_id, a.pricing_unit, s.price_set_id
HAVING count(CASE WHEN l.pricing_unit = a.pricing_unit THEN 1 END) = 0
