"""Exclusions: named, approved rules that leave usage rows out, a field equal to a value (D1, K1).

While nobody is enrolled a rule counts as it is written. From then on it counts when its whole row
is signed, by somebody who asks for it and somebody else; a rule that is changed is another rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from tieout import tables
from tieout.errors import ConfigurationRefused
from tieout.evidence.canonical import canonical, sha256
from tieout.intake.rule_table import read_rule_table
from tieout.people.duty import in_words
from tieout.people.replay import Replay, Ruling
from tieout.people.ruling import ExclusionApproval

COLUMNS = ("rule_name", "field", "equals", "reason", "approved_by")
FIELDS = (
    "environment", "key_name", "model_as_logged", "project", "cost_center", "customer",
    "workspace", "request_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One rule.

    Attributes:
        line: line in the file.
        rule_name: its name.
        field: the usage column compared.
        equals: the exact value that excludes a row.
        reason: why.
        approved_by: who accepted it: the signers, or a name that nobody signed.
        ruling_id: the ruling that approves it; or empty.
    """

    line: int
    rule_name: str
    field: str
    equals: str
    reason: str
    approved_by: str
    ruling_id: str = ""

    @property
    def row_digest(self) -> str:
        """Digest of the row as it stands in the file: a changed rule is another one."""
        return sha256(canonical([getattr(self, column) for column in COLUMNS]))

    @property
    def text(self) -> str:
        """What it leaves out, in words."""
        return f"{self.rule_name!a}: {self.field} equal to {self.equals!a}"


@dataclass(frozen=True, slots=True)
class WaitingRule:
    """A rule that leaves nothing out, and what it waits for."""

    rule: Exclusion
    why: str
    ruling_id: str = ""


@dataclass(frozen=True, slots=True)
class Exclusions:
    """The rules as they count.

    Attributes:
        rules: those that leave rows out.
        waiting: those that do not.
        rulings: the ruling behind each signed rule, by its name.
    """

    rules: tuple[Exclusion, ...]
    waiting: tuple[WaitingRule, ...]
    rulings: dict[str, Ruling]


def read_exclusions(content: bytes, name: str) -> tuple[Exclusion, ...]:
    """Read the exclusion rules.

    Raises:
        ConfigurationRefused: ``EXCLUDE_FIELD`` for a field that rules cannot name,
            ``EXCLUDE_NAME`` for a rule name used twice.
    """
    seen: dict[str, Exclusion] = {}
    for row in read_rule_table(content, name, COLUMNS, ()):
        rule = Exclusion(row.line, *(row.fields[column] for column in COLUMNS))
        if rule.field not in FIELDS:
            raise ConfigurationRefused(
                "EXCLUDE_FIELD",
                f"An exclusion cannot compare the field {rule.field!r}.",
                where=(f"{name}, line {row.line}",),
                remedy=f"Use one of {', '.join(FIELDS)}.",
            )
        if rule.rule_name in seen:
            raise ConfigurationRefused(
                "EXCLUDE_NAME",
                f"Two rules are named {rule.rule_name!r}.",
                where=(
                    f"{name}, line {seen[rule.rule_name].line}",
                    f"{name}, line {row.line}",
                ),
                remedy="Give each rule its own name; the report counts rows by it.",
            )
        seen[rule.rule_name] = rule
    return tuple(seen.values())


def exclusions_of(in_file: Sequence[Exclusion], replay: Replay) -> Exclusions:
    """The rules as they count, by everything that people signed."""
    if not replay.roster.is_founded:
        return Exclusions(tuple(in_file), (), {})
    signed = _by_digest(replay.of(ExclusionApproval))
    asked = _by_digest(replay.waiting)
    rules = tuple(
        replace(
            rule,
            approved_by=", ".join(signed[rule.row_digest].names),
            ruling_id=signed[rule.row_digest].ruling_id,
        )
        for rule in in_file
        if rule.row_digest in signed
    )
    return Exclusions(
        rules,
        tuple(
            _waiting(rule, asked.get(rule.row_digest), replay)
            for rule in in_file
            if rule.row_digest not in signed
        ),
        {rule.rule_name: signed[rule.row_digest] for rule in in_file if rule.row_digest in signed},
    )


def exclusion_table(rules: Sequence[Exclusion]) -> pa.Table:
    """The rules as the table ``exclusion``."""
    return tables.EXCLUSION.arrow({c: [getattr(rule, c) for rule in rules] for c in COLUMNS})


def _by_digest(rulings: Sequence[Ruling]) -> dict[str, Ruling]:
    return {
        digest: one
        for one in rulings
        if isinstance(one.document, ExclusionApproval)
        for digest in one.document.row_digests
    }


def _waiting(rule: Exclusion, asked: Ruling | None, replay: Replay) -> WaitingRule:
    if asked is not None:
        why = (
            f"ruling {asked.ruling_id}, signed by {', '.join(asked.names)}, waits for"
            f" {in_words(asked.lacking)}"
        )
        return WaitingRule(rule, why, asked.ruling_id)
    for one in replay.of(ExclusionApproval):
        assert isinstance(one.document, ExclusionApproval)
        if rule.rule_name in one.document.rules:
            return WaitingRule(rule, f"it was changed after ruling {one.ruling_id} was signed")
    return WaitingRule(rule, "nobody signed it; a name in approved_by is no signature")
