-- carried_part: what earlier periods left open by the amounts that a ledger without ids may book: each line of a
-- group, and the single calls of one group together. A call that an entry of this run names, or that
-- lies in the margin, stands there itself. A line that was left in doubt, or beside which calls are open
-- that come to its amount, is no more than an amount.
WITH here AS (
  SELECT DISTINCT i.line_key
  FROM carried_item AS i
  JOIN match_member AS k
    ON k.line_key = i.line_key AND (k.leg <> i.side OR k.period_window <> 'carried')
  WHERE i.grain = 'request' AND NOT i.own_period
),
calls AS (
  -- Single calls of any day, some of which the same entry may post.
  SELECT
    i.currency,
    CASE WHEN t.by_source_model_id THEN coalesce(i.source_model_id, '') ELSE '' END AS model,
    CAST(-sum(i.amount) AS DECIMAL(38,21)) AS cost
  FROM carried_item AS i
  CROSS JOIN match_terms AS t
  LEFT JOIN here AS h
    ON h.line_key = i.line_key
  WHERE i.grain = 'request' AND i.side = 'usage' AND NOT i.own_period AND i.amount < 0 AND h.line_key IS NULL
  GROUP BY i.currency, CASE WHEN t.by_source_model_id THEN coalesce(i.source_model_id, '') ELSE '' END
),
keyed AS (
  SELECT
    i.item_period, i.line_key, i.side, i.day, i.source_model_id, i.currency, i.amount,
    CASE WHEN i.grain = 'group' THEN 'group' ELSE 'calls' END AS part,
    i.grain = 'group' AND i.proof = 'proved'
      -- A refund is no cost that calls could come to.
      AND (i.side <> 'usage' OR i.amount > 0 OR coalesce(c.cost, 0) < -i.amount) AS is_sure,
    i.group_key,
    -- The key of a group opens with its day, where the day is one of its fields.
    CASE WHEN t.by_day THEN substr(i.group_key, 16) ELSE i.group_key END AS dayless_key
  FROM (
    SELECT
      item_period, line_key, side, grain, day, source_model_id, currency, amount, proof,
      CASE WHEN grain = 'group' THEN substr(line_key, 7) ELSE group_key END AS group_key
    FROM carried_item
    WHERE NOT own_period
  ) AS i
  CROSS JOIN match_terms AS t
  LEFT JOIN here AS h
    ON h.line_key = i.line_key
  LEFT JOIN calls AS c
    ON c.currency = i.currency
    AND c.model = CASE WHEN t.by_source_model_id THEN coalesce(i.source_model_id, '') ELSE '' END
  WHERE i.group_key IS NOT NULL AND (i.grain = 'group' OR (i.side = 'usage' AND h.line_key IS NULL))
)
SELECT
  item_period,
  line_key,
  side,
  day,
  part,
  is_sure,
  concat(item_period, ' ', part, ':', group_key) AS part_key,
  dayless_key,
  source_model_id,
  currency,
  CASE WHEN part = 'group' THEN amount
    ELSE CAST(sum(amount) OVER (PARTITION BY item_period, part, group_key, currency) AS DECIMAL(38,21))
  END AS amount
FROM keyed
