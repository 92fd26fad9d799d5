-- rate_used: each price line that priced usage of the period, with its quantity and money (D21, R); and
-- what calls were settled at, which no price line states, as one line of each price set.
SELECT
  q.price_set_id,
  q.meter,
  count(*) AS usage_rows,
  CAST(sum(q.quantity) AS DECIMAL(38,3)) AS quantity,
  CAST(sum(CASE WHEN e.counts THEN q.full_cost ELSE 0 END) AS DECIMAL(38,21)) AS expected_cost,
  -- The same before the multiplier, where the source states one.
  CAST(sum(CASE WHEN e.counts THEN q.list_cost ELSE 0 END) AS DECIMAL(38,21)) AS list_cost
FROM rated_meter AS q
JOIN usage_state AS s
  ON s.row_id = q.row_id AND s.row_state = 'rated'
JOIN expected_cost AS e
  ON e.row_id = q.row_id
GROUP BY q.price_set_id, q.meter
