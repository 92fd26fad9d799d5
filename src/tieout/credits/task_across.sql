-- task_across: tasks taken in the period whose later row was written after it (B2, B4): the balance at
-- the close had not seen what came back, or what was taken on top.
WITH taken AS (
  SELECT task_id, min(moved_at) AS taken_at, CAST(sum(units) AS DECIMAL(38,3)) AS taken_units
  FROM credit_movement
  WHERE task_id IS NOT NULL AND movement_window = 'period'
  GROUP BY task_id
),
later AS (
  SELECT task_id, min(moved_at) AS settled_at, CAST(sum(units) AS DECIMAL(38,3)) AS settled_units
  FROM credit_movement
  WHERE task_id IS NOT NULL AND movement_window = 'after'
  GROUP BY task_id
)
SELECT t.task_id, t.taken_at, t.taken_units, l.settled_at, l.settled_units
FROM taken AS t
JOIN later AS l
  ON l.task_id = t.task_id
