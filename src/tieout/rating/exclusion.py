"""Exclusions: named, approved rules that leave usage rows out, a field equal to a value (D1)."""

from __future__ import annotations

import pyarrow as pa

from tieout import tables
from tieout.errors import ConfigurationRefused
from tieout.intake.rule_table import RuleRow, read_rule_table

COLUMNS = ("rule_name", "field", "equals", "reason", "approved_by")
FIELDS = (
    "environment", "key_name", "model_as_logged", "project", "cost_center", "customer",
    "workspace", "request_id",
)  # fmt: skip


def read_exclusions(content: bytes, name: str) -> pa.Table:
    """Read the exclusion rules as the table ``exclusion``.

    Raises:
        ConfigurationRefused: ``EXCLUDE_FIELD`` for a field that rules cannot name,
            ``EXCLUDE_NAME`` for a rule name used twice.
    """
    rows = read_rule_table(content, name, COLUMNS, ())
    seen: dict[str, RuleRow] = {}
    for row in rows:
        rule, field = row.fields["rule_name"], row.fields["field"]
        if field not in FIELDS:
            raise ConfigurationRefused(
                "EXCLUDE_FIELD",
                f"An exclusion cannot compare the field {field!r}.",
                where=(f"{name}, line {row.line}",),
                remedy=f"Use one of {', '.join(FIELDS)}.",
            )
        if rule in seen:
            raise ConfigurationRefused(
                "EXCLUDE_NAME",
                f"Two rules are named {rule!r}.",
                where=(f"{name}, line {seen[rule].line}", f"{name}, line {row.line}"),
                remedy="Give each rule its own name; the report counts rows by it.",
            )
        seen[rule] = row
    return tables.EXCLUSION.arrow({c: [row.fields[c] for row in rows] for c in COLUMNS})
