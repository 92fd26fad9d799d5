"""The mapping table: internal names to exact source model ids, dated and approved (M1-M4).

Nothing here is fuzzy. A name either has an approved row in force, or it stays unmapped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import pyarrow as pa

from tieout import tables
from tieout.calendar import parse_instant
from tieout.errors import ConfigurationRefused
from tieout.intake.rule_table import read_rule_table
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
        line: line in the file; 0 where it stands in a signed ruling alone.
        internal_model_alias: the name in our logs and books.
        source_model_id: exact spelling and case of the source.
        pricing_unit: the unit the approver saw, as written, for example ``1M Tokens``.
        unit: that unit in its one spelling.
        effective_from: in force from this instant.
        effective_until: in force before this instant; ``None`` while open.
        approved_by: who accepted the mapping; a name is unsigned until keys exist.
        evidence: the further columns that are filled in.
        ruling_id: the signed ruling that approves it; or empty.
        place: its number within that ruling.
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
    ruling_id: str = ""
    place: int = 0

    @property
    def alias_id(self) -> str:
        """Its name in the tables of a run: the line of the file, or the place in a ruling."""
        return f"line {self.line}" if self.line else f"ruling {self.ruling_id}, row {self.place}"

    @property
    def decides(self) -> tuple[str, str, str, datetime]:
        """What makes it this row and no other; its end may be set later."""
        return (
            self.internal_model_alias, self.source_model_id, self.unit.name, self.effective_from,
        )  # fmt: skip

    def overlaps(self, other: Alias) -> bool:
        """Whether both name one alias at one time."""
        return self.internal_model_alias == other.internal_model_alias and not (
            _ends_by(self, other.effective_from) or _ends_by(other, self.effective_from)
        )

    @property
    def is_withdrawn(self) -> bool:
        """Whether it ends where it begins, so that it never holds."""
        return self.effective_until == self.effective_from


def read_mapping(content: bytes, name: str) -> tuple[Alias, ...]:
    """Read the mapping table.

    Raises:
        ConfigurationRefused: ``MAP_INTERVAL`` for an interval that ends before it starts,
            ``MAP_AMBIGUOUS`` for one alias with two targets at one time, ``MAP_CYCLE`` for an
            alias whose target is itself an alias, ``MAP_PATTERN`` for a wildcard, ``MAP_UNIT`` for
            a unit that is not on the list.
    """
    rows = read_rule_table(content, name, REQUIRED, OPTIONAL)
    aliases = tuple(read_row(row.fields, row.line, f"{name}, line {row.line}") for row in rows)
    require_one_meaning(aliases, name)
    return aliases


def require_one_meaning(aliases: Sequence[Alias], name: str = "mapping.csv") -> None:
    """Refuse rows of which two hold for one alias at one time, or one points at another alias.

    Raises:
        ConfigurationRefused: ``MAP_AMBIGUOUS`` or ``MAP_CYCLE``.
    """
    holding = [one for one in aliases if not one.is_withdrawn]
    _refuse_ambiguity(holding, name)
    _refuse_chains(holding, name)


def row_text(alias_id: str) -> str:
    """Where a row stands, as a finding says it: the file and the line, or the ruling."""
    return f"mapping.csv, {alias_id}" if alias_id.startswith("line ") else alias_id


def alias_table(aliases: tuple[Alias, ...]) -> pa.Table:
    """The mapping as the table ``alias``, its units spelled as the price lines spell theirs."""
    return tables.ALIAS.arrow(
        {
            "alias_id": [a.alias_id for a in aliases],
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


def read_row(fields: Mapping[str, str], line: int, place: str) -> Alias:
    """One row from its fields as written.

    Args:
        fields: the fields by column.
        line: its line in the file; 0 where it stands in none.
        place: where it stands, for the letter.

    Raises:
        ConfigurationRefused: ``MAP_INTERVAL``, ``MAP_PATTERN``, ``MAP_UNIT`` or ``CFG_INSTANT``.
    """
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
    if end is not None and end < start:
        raise ConfigurationRefused(
            "MAP_INTERVAL",
            "effective_to is before effective_from.",
            where=(place,),
            remedy="Intervals are half-open: give the first instant at which the row has ended; a"
            " row that ends where it begins is withdrawn.",
        )
    return Alias(
        line,
        fields["internal_model_alias"],
        fields["source_model_id"],
        fields["pricing_unit"],
        _unit(fields["pricing_unit"], place),
        start,
        end,
        fields.get("approved_by", ""),
        {key: fields[key] for key in OPTIONAL if key != "effective_to" and fields.get(key)},
    )


def _ends_by(alias: Alias, instant: datetime) -> bool:
    return alias.effective_until is not None and alias.effective_until <= instant


def _at(alias: Alias, name: str) -> str:
    return f"{name}, {alias.alias_id}" if alias.line else alias.alias_id


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


def _refuse_ambiguity(aliases: Sequence[Alias], name: str) -> None:
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
                        f"{_at(first, name)}: {first.source_model_id}",
                        f"{_at(second, name)}: {second.source_model_id}",
                    ),
                    remedy="End the first row with effective_to where the second one begins.",
                )


def _refuse_chains(aliases: Sequence[Alias], name: str) -> None:
    names = {a.internal_model_alias: a for a in aliases}
    for alias in aliases:
        target = names.get(alias.source_model_id)
        # A row that names its own id says that the id is known, price or not; it is no chain.
        if target is not None and alias.internal_model_alias != alias.source_model_id:
            raise ConfigurationRefused(
                "MAP_CYCLE",
                f"{alias.internal_model_alias!r} points at another alias.",
                where=(_at(alias, name), _at(target, name)),
                remedy="Point each alias at a source model id; aliases are not followed twice.",
            )
