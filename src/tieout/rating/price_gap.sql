-- price_gap: the time in which a price changed unseen, between the last capture that saw the old
-- price and the first that saw the new one, from the length on that the policy names (P7).
-- Where the rows of that time carry the vendor's frozen ratios, they narrow it: the last row with
-- ratios seen only before the gap still had the old price, the first with ratios seen only after it
-- has the new one. Ratios seen on both sides, or out of order, prove nothing.
WITH change AS (
  SELECT
    n.source_model_id,
    n.effective_from AS seen_new,
    n.price_set_id AS new_set_id,
    o.price_set_id AS old_set_id,
    old.rates_digest AS old_digest
  FROM price_in_force AS n
  JOIN price_in_force AS o
    ON o.source_model_id = n.source_model_id AND o.effective_until = n.effective_from
  JOIN price_set AS new
    ON new.price_set_id = n.price_set_id
  JOIN price_set AS old
    ON old.price_set_id = o.price_set_id AND old.rates_digest <> new.rates_digest
    AND old.currency = new.currency
  JOIN price_set AS begun
    ON begun.source_model_id = n.source_model_id AND begun.rates_digest = new.rates_digest
    AND begun.effective_from = n.effective_from
  WHERE n.rates_in_force = 1 AND o.rates_in_force = 1
  GROUP BY n.source_model_id, n.effective_from, n.price_set_id, o.price_set_id, old.rates_digest
  -- A start that the source states, or that somebody declared, leaves nothing unseen.
  HAVING count(CASE WHEN begun.start_basis <> 'seen' THEN 1 END) = 0
),
gap AS (
  SELECT
    c.source_model_id,
    c.seen_new,
    c.new_set_id,
    c.old_set_id,
    max(p.effective_from) AS seen_old
  FROM change AS c
  JOIN price_set AS p
    ON p.source_model_id = c.source_model_id AND p.rates_digest = c.old_digest
    AND p.effective_from < c.seen_new
  GROUP BY c.source_model_id, c.seen_new, c.new_set_id, c.old_set_id
),
ranged AS (
  SELECT g.source_model_id, g.seen_old, g.seen_new, g.old_set_id, g.new_set_id
  FROM gap AS g
  CROSS JOIN policy_terms AS t
  WHERE t.price_gap_range_hours > 0
    AND g.seen_old + t.price_gap_range_hours * INTERVAL '1' HOUR <= g.seen_new
),
frozen AS (
  SELECT
    g.source_model_id,
    g.seen_new,
    count(CASE WHEN r.occurred_at <= g.seen_old THEN 1 END) AS before_rows,
    count(CASE WHEN r.occurred_at >= g.seen_new THEN 1 END) AS after_rows,
    min(CASE WHEN r.occurred_at > g.seen_old AND r.occurred_at < g.seen_new
      THEN r.occurred_at END) AS first_inside,
    max(CASE WHEN r.occurred_at > g.seen_old AND r.occurred_at < g.seen_new
      THEN r.occurred_at END) AS last_inside
  FROM ranged AS g
  JOIN model_resolution AS m
    ON m.leg = 'usage' AND m.source_model_id = g.source_model_id
  JOIN usage_reading AS r
    ON r.row_id = m.row_id AND r.entry_kind = 'consumption'
  JOIN charge_reading AS c
    ON c.row_id = r.row_id
  JOIN frozen_charge AS f
    ON f.frozen_id = c.frozen_id AND f.price_terms IS NOT NULL
  GROUP BY g.source_model_id, g.seen_new, f.price_terms
),
shown AS (
  SELECT
    source_model_id,
    seen_new,
    max(CASE WHEN before_rows > 0 AND after_rows = 0 THEN last_inside END) AS last_old,
    min(CASE WHEN before_rows = 0 AND after_rows > 0 THEN first_inside END) AS first_new,
    count(CASE WHEN before_rows > 0 AND after_rows = 0 THEN 1 END) AS old_ratios
  FROM frozen
  GROUP BY source_model_id, seen_new
)
SELECT
  g.source_model_id,
  g.seen_old,
  g.seen_new,
  g.old_set_id,
  g.new_set_id,
  CASE WHEN s.last_old IS NOT NULL AND (s.first_new IS NULL OR s.last_old < s.first_new)
    THEN s.last_old ELSE g.seen_old END AS shown_old,
  CASE WHEN s.first_new IS NOT NULL AND s.old_ratios > 0
    AND (s.last_old IS NULL OR s.last_old < s.first_new)
    THEN s.first_new ELSE g.seen_new END AS shown_new
FROM ranged AS g
LEFT JOIN shown AS s
  ON s.source_model_id = g.source_model_id AND s.seen_new = g.seen_new
