-- searched_model: models with lines that no cause closes, and whether two causes are tried on them at every
-- price that is on record: as long as they are few, up to twenty thousand calls times prices.
SELECT
  o.source_model_id,
  o.currency,
  count(*) AS lines,
  CAST(sum(o.usage_rows) AS BIGINT) AS usage_rows,
  coalesce(p.prices, 0) AS prices,
  sum(o.usage_rows) * coalesce(p.prices, 0) <= 20000 AS is_searched
FROM unclosed_line AS o
LEFT JOIN (
  SELECT source_model_id, currency, count(*) AS prices
  FROM (
    SELECT source_model_id, currency FROM price_set
    UNION ALL
    SELECT source_model_id, currency FROM check_set
    UNION ALL
    SELECT source_model_id, currency FROM waiting_price
  ) AS stated
  GROUP BY source_model_id, currency
) AS p
  ON p.source_model_id = o.source_model_id AND p.currency = o.currency
WHERE o.source_model_id IS NOT NULL
GROUP BY o.source_model_id, o.currency, p.prices
