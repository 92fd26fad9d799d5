-- usage_identity: which rows are one record seen twice (D4).
-- Same id, attempt and kind with an equal payload: counted once, later copies are repeats.
-- Same id and attempt with another payload: all of them wait. Rows without an id are all kept.
-- An id on an error attempt and on its consume row is no duplicate: kind and outcome are compared.
WITH shared_ids AS (
  -- Most ids stand once, and are told from the others without comparing their fields.
  SELECT request_id
  FROM usage_record
  WHERE request_id IS NOT NULL
  GROUP BY request_id
  HAVING count(*) > 1
),
copies AS (
  SELECT
    u.row_id,
    row_number() OVER (
      PARTITION BY u.request_id, u.attempt, u.entry_kind, u.row_type, u.outcome, u.payload_digest
      ORDER BY u.row_id
    ) AS copy_number,
    min(u.payload_digest) OVER (
      PARTITION BY u.request_id, u.attempt, u.entry_kind, u.row_type, u.outcome
    ) AS lowest_payload,
    max(u.payload_digest) OVER (
      PARTITION BY u.request_id, u.attempt, u.entry_kind, u.row_type, u.outcome
    ) AS highest_payload,
    u.outcome,
    u.attempt
  FROM usage_record AS u
  JOIN shared_ids AS s
    ON s.request_id = u.request_id
)
SELECT
  row_id,
  CASE
    WHEN copy_number > 1 THEN 'repeat'
    -- Failed attempts may share an id without saying which attempt they are: they are no conflict.
    WHEN lowest_payload <> highest_payload AND (outcome = 'completed' OR attempt IS NOT NULL)
      THEN 'conflict'
    ELSE 'single'
  END AS identity
FROM copies
UNION ALL
SELECT
  u.row_id,
  'single' AS identity
FROM usage_record AS u
LEFT JOIN shared_ids AS s
  ON s.request_id = u.request_id
WHERE u.request_id IS NOT NULL
  AND s.request_id IS NULL
