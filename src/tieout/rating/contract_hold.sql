-- contract_hold: usage rows that rest on a contradicted contract item, and what of them does: their
-- usage or their price. What they cost is unknown (C3).
SELECT h.row_id, max(h.about) AS about
FROM (
  SELECT p.row_id, 'price' AS about
  FROM usage_price AS p
  JOIN price_vendor AS v
    ON v.price_set_id = p.price_set_id AND v.own_catalog
  JOIN contradicted_term AS c
    ON c.vendor = v.vendor
  JOIN price_line AS l
    ON l.price_set_id = p.price_set_id
  JOIN meter AS k
    ON k.meter = l.meter
  WHERE c.term = 'currency:expected'
    OR c.term = concat('price:', l.dialect)
    OR c.term = CASE WHEN k.unit = 'Tokens' THEN 'unit:tokens' ELSE 'unit:media' END
  UNION ALL
  SELECT r.row_id, 'usage' AS about
  FROM usage_reading AS r
  JOIN usage_vendor AS v
    ON v.import_id = r.import_id
  JOIN contradicted_term AS c
    ON c.vendor = v.vendor
  WHERE c.term = 'usage:kinds' OR (c.term = 'usage:start' AND r.time_basis <> 'start')
  UNION ALL
  -- What settles a call counts by its charge.
  SELECT r.row_id, 'usage' AS about
  FROM settlement_link AS l
  JOIN usage_reading AS r
    ON r.row_id = l.row_id AND r.charged_units IS NOT NULL
  JOIN usage_vendor AS v
    ON v.import_id = r.import_id
  JOIN contradicted_term AS c
    ON c.vendor = v.vendor AND c.term = 'charged:units'
  UNION ALL
  SELECT q.row_id, 'usage' AS about
  FROM meter_reading AS q
  JOIN usage_record AS u
    ON u.row_id = q.row_id
  JOIN usage_vendor AS v
    ON v.import_id = u.import_id
  JOIN contradicted_term AS c
    ON c.vendor = v.vendor AND c.term = 'usage:cache'
  WHERE q.quantity > 0 AND q.meter LIKE 'cache%'
) AS h
GROUP BY h.row_id
