"""The mapping table: internal names to exact source model ids, dated and approved (M1-M4).

Nothing here is fuzzy. A name either has an approved row in force, or it stays unmapped.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import pyarrow as pa

from tieout import tables
from tieout.calendar import parse_instant
from tieout.errors import ConfigurationRefused
from tieout.intake.rule_table import RuleRow, read_rule_table
from tieout.pricebook.units import SPELLINGS, PricingUnit, read_unit

REQUIRED = (
    "internal_model_alias",
    "source_model_id",
    "pricing_unit",
    "effective_from",
    "approved_by",
)
OPTIONAL = (
    "effective_to", "reviewer", "disposition", "source_link", "captured_spelling", "price_line",
    "change_ticket", "approval_record",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Alias:
    """One row of the mapping table.

    Attributes:
        line: line in the file.
        internal_model_alias: the name in our logs and books.
        source_model_id: exact spelling and case of the source.
        pricing_unit: the unit the approver saw, as written, for example ``1M Tokens``.
        unit: that unit in its one spelling.
        effective_from: in force from this instant.
        effective_until: in force before this instant; ``None`` while open.
        approved_by: who accepted the mapping; a name is unsigned until keys exist.
        evidence: the further columns that are filled in.
    """

    line: int
    internal_model_alias: str
    source_model_id: str
    pricing_unit: str
    unit: PricingUnit
    effective_from: datetime
    effective_until: datetime | None
    approved_by: str
    evidence: dict[str, str]


def read_mapping(content: bytes, name: str) -> tuple[Alias, ...]:
    """Read the mapping table.

    Raises:
        ConfigurationRefused: ``MAP_INTERVAL`` for an interval that ends before it starts,
            ``MAP_AMBIGUOUS`` for one alias with two targets at one time, ``MAP_CYCLE`` for an
            alias whose target is itself an alias, ``MAP_PATTERN`` for a wildcard, ``MAP_UNIT`` for
            a unit that is not on the list.
    """
    aliases = tuple(_alias(row, name) for row in read_rule_table(content, name, REQUIRED, OPTIONAL))
    _refuse_ambiguity(aliases, name)
    _refuse_chains(aliases, name)
    return aliases


def alias_table(aliases: tuple[Alias, ...]) -> pa.Table:
    """The mapping as the table ``alias``, its units spelled as the price lines spell theirs."""
    return tables.ALIAS.arrow(
        {
            "alias_id": [f"line {a.line}" for a in aliases],
            "internal_model_alias": [a.internal_model_alias for a in aliases],
            "source_model_id": [a.source_model_id for a in aliases],
            "pricing_unit": [a.unit.name for a in aliases],
            "effective_from": [a.effective_from.replace(tzinfo=None) for a in aliases],
            "effective_until": [
                a.effective_until.replace(tzinfo=None) if a.effective_until else None
                for a in aliases
            ],
            "approved_by": [a.approved_by for a in aliases],
        }
    )


def merges(aliases: tuple[Alias, ...], source_model_ids: frozenset[str]) -> tuple[Alias, ...]:
    """Rows that map one source model id onto another: they merge two ids into one cost (M3, D2)."""
    return tuple(a for a in aliases if a.internal_model_alias in source_model_ids)


def _alias(row: RuleRow, name: str) -> Alias:
    fields = row.fields
    place = f"{name}, line {row.line}"
    for column in ("internal_model_alias", "source_model_id"):
        if any(sign in fields[column] for sign in "*?"):
            raise ConfigurationRefused(
                "MAP_PATTERN",
                f"{column} holds a wildcard.",
                where=(place,),
                remedy="Write one row for each exact name; patterns never price money.",
            )
    start = parse_instant(fields["effective_from"], f"{place}, effective_from")
    end_text = fields.get("effective_to", "")
    end = parse_instant(end_text, f"{place}, effective_to") if end_text else None
    if end is not None and end <= start:
        raise ConfigurationRefused(
            "MAP_INTERVAL",
            "effective_to is not after effective_from.",
            where=(place,),
            remedy="Intervals are half-open: give the first instant at which the row has ended.",
        )
    return Alias(
        row.line,
        fields["internal_model_alias"],
        fields["source_model_id"],
        fields["pricing_unit"],
        _unit(fields["pricing_unit"], place),
        start,
        end,
        fields["approved_by"],
        {key: fields[key] for key in OPTIONAL if key != "effective_to" and fields.get(key)},
    )


def _unit(text: str, place: str) -> PricingUnit:
    unit = read_unit(text)
    if unit is None:
        raise ConfigurationRefused(
            "MAP_UNIT",
            f"{text!r} is no pricing unit that Tieout knows.",
            where=(f"{place}, pricing_unit",),
            remedy=f"Write the unit of the price as one of: {', '.join(SPELLINGS)}.",
        )
    return unit


def _refuse_ambiguity(aliases: tuple[Alias, ...], name: str) -> None:
    by_alias: dict[str, list[Alias]] = defaultdict(list)
    for alias in aliases:
        by_alias[alias.internal_model_alias].append(alias)
    for rows in by_alias.values():
        rows.sort(key=lambda a: (a.effective_from, a.line))
        for first, second in pairwise(rows):
            if first.effective_until is None or first.effective_until > second.effective_from:
                raise ConfigurationRefused(
                    "MAP_AMBIGUOUS",
                    f"Two rows for {first.internal_model_alias!r} hold at the same time.",
                    where=(
                        f"{name}, line {first.line}: {first.source_model_id}",
                        f"{name}, line {second.line}: {second.source_model_id}",
                    ),
                    remedy="End the first row with effective_to where the second one begins.",
                )


def _refuse_chains(aliases: tuple[Alias, ...], name: str) -> None:
    names = {a.internal_model_alias: a for a in aliases}
    for alias in aliases:
        target = names.get(alias.source_model_id)
        # A row that names its own id says that the id is known, price or not; it is no chain.
        if target is not None and alias.internal_model_alias != alias.source_model_id:
            raise ConfigurationRefused(
                "MAP_CYCLE",
                f"{alias.internal_model_alias!r} points at another alias.",
                where=(f"{name}, line {alias.line}", f"{name}, line {target.line}"),
                remedy="Point each alias at a source model id; aliases are not followed twice.",
            )
