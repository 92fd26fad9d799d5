"""The cross-check of a run: what second sources say of the prices that were used (P4).

Two sources that disagree on a price in use make its model wait (D30). A model that only one source
names is listed with its money; nothing is joined by a name that is merely alike.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from tieout.close.figures import Figures
from tieout.close.stored import StoredInputs
from tieout.findings import plural
from tieout.money import EXACT

Row = Mapping[str, Any]
# Letters and digits that a reader takes for one another, after case and width are folded.
_ALIKE: Final = str.maketrans(
    "il|o\u043e\u0430\u0435\u0440\u0441\u0445\u0443\u043a", "11100aepcxyk", "-_. :"
)
_DISAGREES: Final = "a second source disagrees"


@dataclass(frozen=True, slots=True)
class Waiting:
    """The money of one model whose price is disputed.

    Attributes:
        source_model_id: the model.
        currency: of the amounts.
        usage_rows: calls whose own price is disputed.
        expected: what they cost at the price in force.
        low: at the lower of the prices, less each other doubt.
        high: at the higher one, plus each other doubt; none without a bound.
    """

    source_model_id: str
    currency: str
    usage_rows: int
    expected: Decimal
    low: Decimal
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class SingleSource:
    """Money of one model that no second source agrees with, and why.

    Attributes:
        source_model_id: the model.
        currency: of the amount.
        expected: the money of the meters that are not cross-checked.
        reason: a sentence without a full stop.
        looks_like: ids of the second source that look like it; none is joined.
    """

    source_model_id: str
    currency: str
    expected: Decimal
    reason: str
    looks_like: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """How much of the priced money of one currency a second source agrees with."""

    currency: str
    checked: Decimal
    priced: Decimal


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """Everything the cross-check of a run found.

    Attributes:
        primary: the sources declared to price.
        check: the sources declared to check.
        required: the share of the priced money that needs a second source; none requires none.
        in_force: whether an approved capture of a second source is in force in the period.
        conflicts: comparisons of prices in use that disagree and are open, as rows.
        resolved: comparisons that were settled, as rows.
        agreed: comparisons of prices in use that agree, as rows.
        waiting: the models whose money waits.
        single: money without a second source.
        only_check: the models that only a second source names.
        shares: by currency.
    """

    primary: tuple[str, ...]
    check: tuple[str, ...]
    required: Decimal | None
    in_force: bool
    conflicts: tuple[Row, ...]
    resolved: tuple[Row, ...]
    agreed: tuple[Row, ...]
    waiting: tuple[Waiting, ...]
    single: tuple[SingleSource, ...]
    only_check: tuple[str, ...]
    shares: tuple[Share, ...]

    @property
    def asked_for(self) -> bool:
        """Whether settings or policy ask for a second source at all."""
        return bool(self.check) or self.required is not None

    @property
    def waiting_models(self) -> frozenset[str]:
        """The models whose slices wait."""
        return frozenset(one.source_model_id for one in self.waiting)

    @property
    def reaches_share(self) -> bool:
        """Whether every currency reaches the required share; true where none is required."""
        return self.required is None or all(
            one.checked >= EXACT.multiply(self.required, one.priced) for one in self.shares
        )


def cross_check(figures: Figures, stored: StoredInputs) -> CrossCheck:
    """What second sources say of the prices this run used."""
    settings = stored.settings
    compared = figures["comparisons"]
    allowed = timedelta(days=settings.policy.price_max_age_days)
    by_line: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in compared:
        by_line[row["price_set_id"], row["meter"]].append(row)
    only_check = tuple(row["source_model_id"] for row in figures["only_in_check"])
    # A signed agreement needs no published price beside it (D21).
    lines = [row for row in figures["rates_used"] if row["grade"] != "A"]
    reasons = [
        (row, _without_second(by_line[row["price_set_id"], row["meter"]], allowed)) for row in lines
    ]
    return CrossCheck(
        primary=settings.cross_check.primary,
        check=settings.cross_check.check,
        required=settings.policy.second_source_share,
        in_force=bool(figures["checks_in_force"]),
        conflicts=tuple(row for row in compared if row["standing"] == "conflict"),
        resolved=tuple(row for row in compared if row["standing"] == "resolved"),
        agreed=tuple(row for row in compared if row["standing"] == "agrees"),
        waiting=tuple(_waiting(row) for row in figures["disputed"]),
        single=tuple(_single(reasons, only_check)),
        only_check=only_check,
        shares=tuple(_shares(reasons)),
    )


def _without_second(compared: Sequence[Row], allowed: timedelta) -> str:
    """Why a price in use is not cross-checked; empty where it is."""
    if any(row["standing"] == "conflict" for row in compared):
        return _DISAGREES
    settled = [row for row in compared if row["standing"] in ("agrees", "resolved")]
    if any(row["last_used"] - row["check_accessed"] <= allowed for row in settled):
        return ""
    if settled:
        days = min((row["last_used"] - row["check_accessed"]).days for row in settled)
        return f"the second source was captured {plural(days, 'day')} before its last use"
    if compared:
        return "the second source states no price for a meter in use"
    return "no second source names it"


def _waiting(row: Row) -> Waiting:
    bounded = int(row["bounded_rows"]) == int(row["usage_rows"])
    return Waiting(
        row["source_model_id"],
        row["currency"],
        int(row["usage_rows"]),
        row["expected_cost"],
        row["low_cost"],
        row["high_cost"] if bounded else None,
    )


def _single(
    reasons: Iterable[tuple[Row, str]], only_check: tuple[str, ...]
) -> Iterable[SingleSource]:
    """The models without a second source, the most money first."""
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for name in only_check:
        alike[folded(name)].append(name)
    money: defaultdict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for row, reason in reasons:
        if reason and reason != _DISAGREES:
            key = row["source_model_id"], row["currency"], reason
            money[key] = EXACT.add(money[key], row["expected_cost"])
    for (model, currency, reason), expected in sorted(
        money.items(), key=lambda item: (item[0][1], -item[1], item[0])
    ):
        like = tuple(alike[folded(model)]) if reason == "no second source names it" else ()
        yield SingleSource(model, currency, expected, reason, like)


def _shares(reasons: Iterable[tuple[Row, str]]) -> Iterable[Share]:
    checked: defaultdict[str, Decimal] = defaultdict(Decimal)
    priced: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row, reason in reasons:
        name, expected = row["currency"], row["expected_cost"]
        priced[name] = EXACT.add(priced[name], expected)
        checked[name] = EXACT.add(checked[name], Decimal(0) if reason else expected)
    return (Share(name, checked[name], priced[name]) for name in sorted(priced))


def folded(name: str) -> str:
    """What is left of a model id without what a reader overlooks: case, marks, look-alikes."""
    plain_name = unicodedata.normalize("NFKC", name).casefold()
    return plain_name.translate(_ALIKE)


def in_time(row: Row, agreed: Iterable[Row]) -> str:
    """Whether a conflict may be a change that one source shows before the other, as a sentence.

    Args:
        row: the comparison that disagrees.
        agreed: the comparisons that agree.
    """
    first, second = row["price_accessed"], row["check_accessed"]
    before = any(
        other["source_model_id"] == row["source_model_id"]
        and other["meter"] == row["meter"]
        and other["check_source"] == row["check_source"]
        and other["compared_until"] == row["compared_from"]
        for other in agreed
    )
    late, early = row["check_source"], row["price_source"]
    if first > second:
        late, early = early, late
    if before:
        return (
            f"Both agreed until {_day(row['compared_from'])}: the price may have changed, and"
            f" {early} was not captured since. Capture {early} again, or resolve it."
        )
    days = abs((first - second).days)
    apart = "on one day" if days == 0 else f"{plural(days, 'day')} apart, {late} later"
    return f"They were captured {apart}, and never agreed on it in this period."


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}Z"
