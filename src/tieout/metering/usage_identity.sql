-- usage_identity: which rows are one record seen twice (D4).
-- Same id, attempt and kind with an equal payload: counted once, later copies are repeats.
-- Same id and attempt with another payload: all of them wait. Rows without an id are all kept.
-- An id on an error attempt and on its consume row is no duplicate: kind and outcome are compared.
WITH copies AS (
  SELECT
    row_id,
    row_number() OVER (
      PARTITION BY request_id, attempt, entry_kind, row_type, outcome, payload_digest
      ORDER BY row_id
    ) AS copy_number,
    min(payload_digest) OVER (
      PARTITION BY request_id, attempt, entry_kind, row_type, outcome
    ) AS lowest_payload,
    max(payload_digest) OVER (
      PARTITION BY request_id, attempt, entry_kind, row_type, outcome
    ) AS highest_payload,
    outcome,
    attempt
  FROM usage_record
  WHERE request_id IS NOT NULL
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
