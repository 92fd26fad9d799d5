-- booked_elsewhere: what one team used of one model on one day, while the same money is too much under
-- another model, another cost center, or under an id that no usage row has.
-- A scope is what a ledger without ids books together; what is missing in it may stand on several lines
-- of single calls. Scopes cancel exactly and differ in one label. The counterpart is an equal amount
-- and no more than that: where a line may also be missing for good, both stand, and nothing is proved.
WITH lacking AS (
  SELECT
    o.line_key, o.grain, o.day, o.currency, o.difference, o.usage_rows, o.ledger_rows,
    -- Of lines that cancel, one has as its difference what the other has here.
    CAST(-o.difference AS DECIMAL(38,21)) AS opposite,
    coalesce(o.source_model_id, '') AS model,
    coalesce(o.cost_center, '') AS center
  FROM open_line AS o
  LEFT JOIN (
    SELECT met_line FROM carried_line
    GROUP BY met_line
    HAVING count(CASE WHEN clears AND met_by = 'id' THEN 1 END) = count(*)
  ) AS c
    ON c.met_line = o.line_key
  WHERE c.met_line IS NULL
    AND o.in_period AND o.margin_usage_rows = 0 AND o.margin_ledger_rows = 0
    AND (o.grain = 'group' OR o.usage_rows = 0 OR o.ledger_rows = 0)
),
scope AS (
  SELECT
    day, model, center, currency,
    CAST(sum(difference) AS DECIMAL(38,21)) AS difference,
    CAST(-sum(difference) AS DECIMAL(38,21)) AS opposite,
    count(CASE WHEN ledger_rows > 0 THEN 1 END) AS booked_lines
  FROM lacking
  WHERE grain = 'group' OR ledger_rows = 0
  GROUP BY day, model, center, currency
),
pair AS (
  SELECT
    a.day, a.model, a.center, a.currency,
    CASE WHEN a.model <> b.model THEN 'other_model' ELSE 'other_cost_center' END AS cause,
    concat('counterpart ', CASE WHEN a.model <> b.model THEN b.model ELSE b.center END) AS variant
  FROM scope AS a
  JOIN scope AS b
    ON b.day = a.day AND b.currency = a.currency AND b.opposite = a.difference AND a.difference <> 0
    AND CASE WHEN b.model <> a.model THEN 1 ELSE 0 END
      + CASE WHEN b.center <> a.center THEN 1 ELSE 0 END = 1
  WHERE a.booked_lines > 0 OR b.booked_lines > 0
),
-- Single lines of one leg: of calls of one price there may be many, and each amount is looked up once.
single AS (
  SELECT DISTINCT day, model, center, currency, opposite, usage_rows > 0 AS is_call
  FROM lacking
  WHERE grain = 'request'
)
SELECT DISTINCT l.line_key, p.cause, p.variant
FROM lacking AS l
JOIN pair AS p
  ON p.day = l.day AND p.model = l.model AND p.center = l.center AND p.currency = l.currency
WHERE l.grain = 'group' OR l.ledger_rows = 0
UNION ALL
SELECT l.line_key, 'other_id' AS cause, 'equal amount under another id' AS variant
FROM lacking AS l
JOIN single AS r
  ON r.opposite = l.difference AND r.day = l.day AND r.model = l.model
  AND r.center = l.center AND r.currency = l.currency AND r.is_call = (l.usage_rows = 0)
WHERE l.grain = 'request'
