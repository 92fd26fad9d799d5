"""Frozen ratios: what the vendor multiplied with, kept in the row it billed (K5).

Rows that froze the same share one line of FROZEN_CHARGE: their text is read once, however many
there are. What only some of them counted apart (cache writes by lifetime, audio) stands in
CHARGE_READING, row by row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from tieout.intake.faults import Faults
from tieout.intake.feed import Feed
from tieout.intake.field import present
from tieout.intake.quantity import read_present, read_whole
from tieout.metering.charge_formula import Formula, Frozen, formula_of
from tieout.money import COST_SCALE, EXACT, MONEY_TEXT, UNIT_RATE_SCALE
from tieout.tables import CHARGE_READING, FROZEN_CHARGE

RATIOS: Final = (
    "model_ratio", "completion_ratio", "group_ratio", "cache_ratio", "cache_write_ratio",
    "cache_write_5m_ratio", "cache_write_1h_ratio", "image_ratio", "audio_ratio",
    "audio_completion_ratio", "audio_input_price", "model_price", "web_search_calls",
    "web_search_price", "file_search_calls", "file_search_price", "image_generation_price",
    "settled_from", "settled_to", "fee_units",
)  # fmt: skip
MARKS: Final = ("task", "audio", "realtime", "image_generation")
COUNTS: Final = (
    "cache_write_5m_tokens", "cache_write_1h_tokens", "audio_apart_tokens", "text_input_tokens",
    "text_output_tokens", "audio_input_tokens", "audio_output_tokens",
)  # fmt: skip
# What a published price consists of; two rows that agree in these were billed by one price.
PRICE_TERMS: Final = (
    "model_ratio", "completion_ratio", "group_ratio", "cache_ratio", "model_price",
)  # fmt: skip

# Between the texts of one combination, and in place of one that is absent; no text holds them.
_BETWEEN, _ABSENT = "\x1f", "\x1e"
# A rate in units has four digits before the point, as every unit rate.
_MOST: Final = Fraction(10**4)
_MOST_UNITS: Final = 10**12


@dataclass(frozen=True, slots=True)
class FrozenCharges:
    """CHARGE_READING, aligned with the records, and FROZEN_CHARGE, one line a combination."""

    rows: pa.Table
    combinations: pa.Table


def frozen_charges(records: pa.Table, feed: Feed, faults: Faults) -> FrozenCharges:
    """What each record froze; nothing for a feed that declares nothing of the kind.

    A text that is no number is a fault. A number with more digits than a rate holds is not: its
    rate is rounded and the combination says that it is not exact.
    """
    columns = [*feed.frozen.values(), *feed.frozen_marks.values(), *feed.factors]
    if feed.no_flat_price_when is not None:
        columns.append(feed.no_flat_price_when.column)
    if not columns:
        return FrozenCharges(CHARGE_READING.arrow({}), FROZEN_CHARGE.arrow({}))
    joined = pc.binary_join_element_wise(
        *(pc.fill_null(present(records, column), _ABSENT) for column in columns), _BETWEEN
    ).dictionary_encode()
    texts = [
        dict(zip(columns, key.split(_BETWEEN), strict=True))
        for key in joined.dictionary.to_pylist()
    ]
    read = [_Combination.read(_written(one), feed) for one in texts]
    _note(read, joined.indices, faults)
    names = pa.array([one.frozen_id for one in read], pa.string())
    rows = {"frozen_id": names.take(joined.indices)}
    for name, column in feed.charge_counts.items():
        rows[name] = read_present(read_whole, present(records, column), faults, column)
    lines = [*{one.frozen_id: one.line for one in read if one.line is not None}.values()]
    return FrozenCharges(
        CHARGE_READING.arrow({**rows, "row_id": pa.nulls(records.num_rows, pa.int64())}),
        FROZEN_CHARGE.arrow(
            {name: [line.get(name) for line in lines] for name in FROZEN_CHARGE.column_names}
        ),
    )


def distinct_charges(combinations: pa.Table) -> pa.Table:
    """The combinations of several imports, each once."""
    first: dict[str, int] = {}
    for place, frozen_id in enumerate(combinations.column("frozen_id").to_pylist()):
        first.setdefault(frozen_id, place)
    return combinations.take(pa.array(first.values(), pa.int64()))


def _unit_value(feed: Feed) -> Decimal | None:
    """What one unit of the charge is worth, where the feed counts units."""
    worth = None if feed.charged is None else feed.charged.unit_value
    return None if worth is None else Decimal(worth)


def _written(texts: Mapping[str, str]) -> dict[str, str]:
    return {column: text for column, text in texts.items() if text != _ABSENT}


@dataclass(frozen=True, slots=True)
class _Combination:
    """One combination as read: its line, or the column whose text is no number."""

    frozen_id: str = ""
    line: dict[str, Any] | None = None
    wrong: tuple[str, str] | None = None

    @classmethod
    def read(cls, texts: Mapping[str, str], feed: Feed) -> _Combination:
        """Read one combination of texts."""
        try:
            line = charge_line(_frozen(texts, feed), _unit_value(feed))
        except _NotRead as error:
            return cls(wrong=(error.column, error.code))
        return cls(line["frozen_id"], line)


def charge_line(frozen: Frozen, unit_value: Decimal | None) -> dict[str, Any]:
    """One combination as a line of FROZEN_CHARGE."""
    formula = formula_of(frozen, None if unit_value is None else 1 / Fraction(unit_value))
    if _beyond(formula):
        formula = Formula("none", "CHARGE_RATIO_RANGE")
    rates = {name: _decimal(rate, UNIT_RATE_SCALE) for name, rate in formula.rates.items()}
    fixed = {
        "fixed_units": _decimal(formula.fixed_units, COST_SCALE),
        "fixed_apart_units": _decimal(formula.fixed_apart_units, COST_SCALE),
    }
    return {
        "frozen_id": _name(frozen, unit_value),
        "price_terms": _price_terms(frozen),
        "formula": formula.name,
        "reason": formula.reason or None,
        "is_exact": all(Fraction(rates[name]) == rate for name, rate in formula.rates.items())
        and all(Fraction(fixed[name]) == getattr(formula, name) for name in fixed),
        "at_least_one": formula.at_least_one,
        **rates,
        **fixed,
        "lowest_units": formula.lowest_units,
        "highest_units": formula.highest_units,
        "unit_value": unit_value,
    }


def _name(frozen: Frozen, unit_value: Decimal | None) -> str:
    """Equal numbers have one name, however they are written."""
    parts = [
        *(f"{name}={value}" for name, value in sorted(frozen.ratios.items())),
        *(f"times {factor}" for factor in frozen.factors),
        *sorted(frozen.marks),
        "no units" if unit_value is None else str(Fraction(unit_value)),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _price_terms(frozen: Frozen) -> str | None:
    terms = {name: frozen.ratios[name] for name in PRICE_TERMS if name in frozen.ratios}
    if not terms.keys() & {"model_ratio", "model_price"}:
        return None
    return "|".join(str(terms.get(name, "")) for name in PRICE_TERMS)


class _NotRead(Exception):
    """A frozen text is not what its name needs."""

    def __init__(self, column: str, code: str) -> None:
        """Keep the column and the reason."""
        super().__init__(f"{column}: {code}")
        self.column = column
        self.code = code


def _frozen(texts: Mapping[str, str], feed: Feed) -> Frozen:
    marks = {
        name
        for name, column in feed.frozen_marks.items()
        if texts.get(column, "").lower() == "true"
    }
    if "realtime" in marks:
        marks = {*marks - {"realtime"}, "audio"}
    match = feed.no_flat_price_when
    if match is not None and texts.get(match.column) == match.equals:
        marks.add("expression")
    return Frozen(
        {
            name: _number(texts[column], column)
            for name, column in feed.frozen.items()
            if column in texts
        },
        tuple(_number(texts[column], column) for column in feed.factors if column in texts),
        frozenset(marks),
    )


def _number(text: str, column: str) -> Fraction:
    if len(text) > 64:
        raise _NotRead(column, "NUM_TOO_LONG")
    if MONEY_TEXT.fullmatch(text) is None:
        raise _NotRead(column, "NUM_FORM")
    return Fraction(text)


def _note(read: list[_Combination], places: pa.Array, faults: Faults) -> None:
    """Give the records of an unreadable combination their reason."""
    wrong = [one.wrong for one in read]
    for column in dict.fromkeys(one[0] for one in wrong if one):
        codes = [one[1] if one and one[0] == column else None for one in wrong]
        faults.note(pa.array(codes, pa.string()).take(places), column)


def _beyond(formula: Formula) -> bool:
    """Whether a rate or a number of units is larger than its column holds."""
    whole = [formula.fixed_units, formula.fixed_apart_units]
    whole += [Fraction(n) for n in (formula.lowest_units, formula.highest_units) if n is not None]
    return any(rate >= _MOST for rate in formula.rates.values()) or any(
        abs(units) >= _MOST_UNITS for units in whole
    )


def _decimal(value: Fraction, scale: int) -> Decimal:
    """The value with that many decimals, rounded half to even where it has more."""
    scaled = value * 10**scale
    return EXACT.scaleb(Decimal(round(scaled)), -scale).quantize(
        Decimal(1).scaleb(-scale), rounding=ROUND_HALF_EVEN, context=EXACT
    )
