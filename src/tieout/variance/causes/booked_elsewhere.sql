-- booked_elsewhere: what one team used of one model on one day, while the same money is too much under
-- another day, also one beside the period, another model, another cost center, or under an id that no
-- usage row has.
-- A scope is what a ledger without ids books together; what is missing in it may stand on several lines
-- of single calls. Scopes cancel exactly and differ in one label. The counterpart is an equal amount
-- and no more than that: where a line may also be missing for good, both stand, and nothing is proved.
-- An amount on one day that may be the counterpart of several lines is said to be that of none.
WITH lacking AS (
  SELECT
    o.line_key, o.grain, o.in_period, o.day, o.currency, o.difference,
    CASE WHEN o.in_period THEN o.usage_rows ELSE o.margin_usage_rows END AS usage_rows,
    CASE WHEN o.in_period THEN o.ledger_rows ELSE o.margin_ledger_rows END AS ledger_rows,
    -- Of lines that cancel, one has as its difference what the other has here.
    CAST(-o.difference AS DECIMAL(38,21)) AS opposite,
    coalesce(o.source_model_id, '') AS model,
    coalesce(o.cost_center, '') AS center
  FROM open_line AS o
  LEFT JOIN (
    SELECT met_line FROM carried_line GROUP BY met_line HAVING count(CASE WHEN clears THEN 1 END) = count(*)
  ) AS c
    ON c.met_line = o.line_key
  WHERE c.met_line IS NULL
    AND (NOT o.in_period OR (o.margin_usage_rows = 0 AND o.margin_ledger_rows = 0))
    AND (o.grain = 'group' OR o.usage_rows + o.margin_usage_rows = 0
      OR o.ledger_rows + o.margin_ledger_rows = 0)
),
scope AS (
  SELECT
    in_period, day, model, center, currency,
    CAST(sum(difference) AS DECIMAL(38,21)) AS difference,
    CAST(-sum(difference) AS DECIMAL(38,21)) AS opposite,
    count(CASE WHEN ledger_rows > 0 THEN 1 END) AS booked_lines
  FROM lacking
  WHERE grain = 'group' OR ledger_rows = 0
  GROUP BY in_period, day, model, center, currency
),
pair AS (
  SELECT
    a.day, a.model, a.center, a.currency,
    CASE WHEN a.model <> b.model THEN 'other_model' ELSE 'other_cost_center' END AS cause,
    concat('counterpart ', CASE WHEN a.model <> b.model THEN b.model ELSE b.center END) AS variant
  FROM scope AS a
  JOIN scope AS b
    ON b.currency = a.currency AND b.opposite = a.difference AND a.difference <> 0 AND b.day = a.day
    AND CASE WHEN b.model <> a.model THEN 1 ELSE 0 END
      + CASE WHEN b.center <> a.center THEN 1 ELSE 0 END = 1
  WHERE a.in_period AND b.in_period AND (a.booked_lines > 0 OR b.booked_lines > 0)
),
-- On another day; where one of them is beside the period, no more than two days apart.
day_pair AS (
  SELECT
    a.day, a.model, a.center, a.currency, a.in_period,
    b.day AS other_day, b.in_period AS other_in_period,
    count(*) OVER (PARTITION BY a.day, a.model, a.center, a.currency) AS others,
    count(*) OVER (PARTITION BY b.day, b.model, b.center, b.currency) AS rivals
  FROM scope AS a
  JOIN scope AS b
    ON b.model = a.model AND b.center = a.center AND b.currency = a.currency
    AND b.opposite = a.difference AND a.difference <> 0 AND b.day <> a.day
  WHERE (a.booked_lines > 0 OR b.booked_lines > 0)
    AND (a.in_period AND b.in_period
      OR (a.in_period OR b.in_period)
      AND CAST(b.day AS TIMESTAMP) <= CAST(a.day AS TIMESTAMP) + INTERVAL '48' HOUR
      AND CAST(a.day AS TIMESTAMP) <= CAST(b.day AS TIMESTAMP) + INTERVAL '48' HOUR)
),
counterpart AS (
  SELECT day, model, center, currency, cause, variant FROM pair
  UNION ALL
  SELECT
    day, model, center, currency,
    CASE WHEN others > 1 OR rivals > 1 THEN 'one_of_other_days'
      WHEN other_in_period THEN 'other_day'
      ELSE 'other_period' END AS cause,
    CASE WHEN others > 1 OR rivals > 1 THEN 'one of several days'
      WHEN other_in_period THEN concat('counterpart ', CAST(other_day AS STRING))
      ELSE 'equal amount beside the period' END AS variant
  FROM day_pair
  WHERE in_period
)
SELECT DISTINCT l.line_key, p.cause, p.variant
FROM lacking AS l
JOIN counterpart AS p
  ON p.day = l.day AND p.model = l.model AND p.center = l.center AND p.currency = l.currency
WHERE l.in_period AND (l.grain = 'group' OR l.ledger_rows = 0)
UNION ALL
SELECT DISTINCT l.line_key, 'other_id' AS cause, 'equal amount under another id' AS variant
FROM lacking AS l
JOIN lacking AS r
  ON r.opposite = l.difference AND r.day = l.day AND r.model = l.model
  AND r.center = l.center AND r.currency = l.currency
WHERE l.grain = 'request' AND r.grain = 'request' AND l.in_period AND r.in_period
  AND (l.usage_rows = 0 AND r.ledger_rows = 0 OR l.ledger_rows = 0 AND r.usage_rows = 0)
