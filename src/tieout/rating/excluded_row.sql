-- excluded_row: usage rows left out by a named, approved rule: one field equal to one value.
SELECT u.row_id, min(x.rule_name) AS rule_name
FROM usage_record AS u
JOIN exclusion AS x
  ON (x.field = 'environment' AND x.equals = u.environment)
  OR (x.field = 'key_name' AND x.equals = u.key_name)
  OR (x.field = 'model_as_logged' AND x.equals = u.model_as_logged)
  OR (x.field = 'project' AND x.equals = u.project)
  OR (x.field = 'cost_center' AND x.equals = u.cost_center)
  OR (x.field = 'customer' AND x.equals = u.customer)
  OR (x.field = 'workspace' AND x.equals = u.workspace)
  OR (x.field = 'request_id' AND x.equals = u.request_id)
GROUP BY u.row_id
