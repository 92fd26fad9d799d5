"""The money behind each contract item of a run: what leans on it, what would move (C5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from tieout.contract.leaning import figures
from tieout.contract.register import ContractItem
from tieout.money import plain


@dataclass(frozen=True, slots=True)
class MoneyAtStake:
    """What of one currency leans on an item.

    Attributes:
        currency: the currency; empty where no price and no charge names one.
        amount: the money that leans on it; None where it is not known.
        change: by how much expected would move if the item were false, gross; None where no other
            reading can be computed.
    """

    currency: str
    amount: Decimal | None
    change: Decimal | None

    @property
    def most(self) -> Decimal | None:
        """What is at stake at most: the change, else all that leans on it."""
        return self.change if self.change is not None else self.amount


@dataclass(frozen=True, slots=True)
class Stake:
    """One item and what of this run leans on it; an item nothing leans on has no uses.

    Attributes:
        item: the item as of the run.
        uses: rated quantities, calls or charges that lean on it.
        money: per currency, by its name.
        expires_soon: its re-check date is near.
    """

    item: ContractItem
    uses: int
    money: tuple[MoneyAtStake, ...]
    expires_soon: bool = False

    @property
    def leaned_on(self) -> bool:
        """Whether a figure of this run leans on it."""
        return self.uses > 0

    def material(self, materiality: Decimal) -> bool:
        """Whether more than this is at stake; what is not known is more."""
        return self.leaned_on and any(
            one.most is None or abs(one.most) > materiality for one in self.money
        )

    @property
    def rank(self) -> tuple[bool, bool, Decimal, str]:
        """Most money first, what is not known before it, items nothing leans on last."""
        known = [abs(one.most) for one in self.money if one.most is not None]
        unknown = any(one.most is None for one in self.money)
        return (
            not self.leaned_on,
            not unknown,
            -max(known, default=Decimal(0)),
            self.item.item_id,
        )

    def as_json(self) -> list[dict[str, Any]]:
        """The money as a document writes it: decimals as text, unknown as null."""
        return [
            {
                "currency": one.currency or None,
                "leaning": None if one.amount is None else plain(one.amount),
                "change": None if one.change is None else plain(one.change),
            }
            for one in self.money
        ]


def stakes(
    items: Sequence[ContractItem], leans: Iterable[Mapping[str, Any]], as_of: datetime
) -> tuple[Stake, ...]:
    """Every item with the money behind it, most first.

    Args:
        items: the items as of the run.
        leans: the rows of ``contract_lean``.
        as_of: the instant of the run, for what expires soon.
    """
    rows = list(leans)
    found = [
        _stake(
            item,
            [
                row
                for row in rows
                if row["vendor"] == item.vendor and row["term"] in figures(item.candidate.leans)
            ],
            as_of,
        )
        for item in items
    ]
    return tuple(sorted(found, key=lambda one: one.rank))


def _stake(item: ContractItem, rows: Sequence[Mapping[str, Any]], as_of: datetime) -> Stake:
    currencies = sorted({row["currency"] or "" for row in rows})
    money = tuple(
        MoneyAtStake(currency, _sum(rows, currency, "amount"), _sum(rows, currency, "change"))
        for currency in currencies
    )
    uses = sum(int(row["uses"]) for row in rows)
    return Stake(item, uses, money, item.expires_soon(as_of))


def _sum(rows: Sequence[Mapping[str, Any]], currency: str, column: str) -> Decimal | None:
    """The sum over figure classes; unknown with any unknown part, never less (L3)."""
    values = [row[column] for row in rows if (row["currency"] or "") == currency]
    if any(value is None for value in values):
        return None
    return sum((abs(value) for value in values), Decimal(0))
