-- within_range: lines that no finder closes, recorded within the range that the doubts about their own
-- calls leave (D7, L3): explained, and not proved. One doubt that is enough alone goes before several
-- together, which stand under the widest of them in the direction of the difference (D15).
WITH doubted AS (
  SELECT
    o.line_key,
    d.doubt_about,
    o.recorded_cost > o.basis_cost AS is_above,
    CAST(sum(d.below) AS DECIMAL(38,21)) AS below,
    -- A doubt without a bound explains by itself nothing above what is expected.
    CASE WHEN count(*) = count(d.above)
      THEN CAST(sum(d.above) AS DECIMAL(38,21)) ELSE 0 END AS above
  FROM unclosed_line AS o
  CROSS JOIN ledger_terms AS t
  JOIN match_member AS k
    ON k.line_key = o.line_key AND k.leg = 'usage' AND k.period_window = 'period'
  JOIN row_doubt AS d
    ON d.row_id = k.row_id
  JOIN usage_price AS p
    ON p.row_id = d.row_id
  LEFT JOIN (
    SELECT DISTINCT price_set_id FROM price_line WHERE list_unit_rate <> unit_rate
  ) AS f
    ON f.price_set_id = p.price_set_id
  GROUP BY o.line_key, d.doubt_about, o.recorded_cost > o.basis_cost
  -- The range is one of net costs, which those of a price without a multiplier are on a list too.
  HAVING count(CASE WHEN t.basis = 'net'
      OR (t.basis = 'list' AND f.price_set_id IS NULL AND d.doubt_about <> 'price') THEN 1 END)
    = count(*)
),
ranged AS (
  SELECT line_key, doubt_about, 'alone' AS doubts, below, above
  FROM doubted
  UNION ALL
  SELECT
    w.line_key,
    w.doubt_about,
    'together' AS doubts,
    s.below,
    s.above
  FROM (
    SELECT
      line_key,
      doubt_about,
      row_number() OVER (
        PARTITION BY line_key
        ORDER BY CASE WHEN is_above THEN above ELSE below END DESC,
          CASE doubt_about WHEN 'billing' THEN 1 WHEN 'price' THEN 2 ELSE 3 END
      ) AS place
    FROM doubted
  ) AS w
  JOIN (
    SELECT
      line_key,
      CAST(sum(below) AS DECIMAL(38,21)) AS below,
      CAST(sum(above) AS DECIMAL(38,21)) AS above
    FROM doubted
    GROUP BY line_key
    HAVING count(*) > 1
  ) AS s
    ON s.line_key = w.line_key
  WHERE w.place = 1
),
within AS (
  SELECT r.line_key, r.doubt_about, r.doubts
  FROM ranged AS r
  JOIN unclosed_line AS o
    ON o.line_key = r.line_key
  CROSS JOIN ledger_terms AS t
  WHERE o.recorded_cost - o.basis_cost - t.half_step <= r.above
    AND o.basis_cost - o.recorded_cost - t.half_step <= r.below
)
SELECT
  w.line_key,
  concat('within_', w.doubt_about, '_range') AS cause,
  concat('doubts ', w.doubts) AS variant
FROM within AS w
LEFT JOIN (SELECT DISTINCT line_key FROM within WHERE doubts = 'alone') AS a
  ON a.line_key = w.line_key AND w.doubts = 'together'
WHERE a.line_key IS NULL
