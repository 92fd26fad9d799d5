-- rounded_scope: open lines of a day, a model or the period whose total was rounded as declared.
-- What the ledger records for the pooled lines together is the total that they should hold, rounded once.
WITH recorded AS (
  SELECT currency, scope, CAST(sum(recorded_cost) AS DECIMAL(38,21)) AS recorded_cost
  FROM rounding_scope
  WHERE pooled
  GROUP BY currency, scope
)
SELECT s.line_key, r.cause, concat('total of ', s.scope) AS variant
FROM rounding_scope AS s
JOIN open_line AS o
  ON o.line_key = s.line_key
JOIN recorded AS d
  ON d.currency = s.currency AND d.scope = s.scope
JOIN rounded_amount AS r
  ON r.line_key IS NULL AND r.currency = s.currency AND r.part = s.scope
WHERE s.pooled AND d.recorded_cost = r.rounded_amount
