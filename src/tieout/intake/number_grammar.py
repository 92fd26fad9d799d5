"""The grammar of numbers: text columns become exact decimals, or a reason per row.

Plain digits are cast by a vectorised kernel, which is exact. Whatever is written differently is
read once per distinct text with exact decimals, so that a column of exponents costs no float.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from tieout.money import (
    COST_SCALE,
    QUANTITY_SCALE,
    UNIT_RATE_SCALE,
    NotMoney,
    fit,
    parse_money,
)
from tieout.tables import ColumnType

_QUANTITY: Final = r"\A(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,3})?\z"
_WHOLE: Final = r"\A(?:0|[1-9][0-9]{0,11})(?:\.0{1,3})?\z"
_MONEY: Final = rf"\A-?(?:0|[1-9][0-9]{{0,16}})(?:\.[0-9]{{1,{COST_SCALE}}})?\z"
_RATE: Final = rf"\A-?(?:0|[1-9][0-9]{{0,3}})(?:\.[0-9]{{1,{UNIT_RATE_SCALE}}})?\z"

_NONFINITE: Final = re.compile(r"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)
_PLAIN: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
# Thousands separators of any locale, and the comma as a decimal mark.
_LOCALE: Final = re.compile(r"[+-]?[0-9]{1,3}(?:[,.' ][0-9]{3})+(?:[,.][0-9]+)?|[+-]?[0-9]+,[0-9]+")
_SYMBOL: Final = re.compile(r"[$\u00a2-\u00a5\u20a0-\u20bf]")
_CODE: Final = re.compile(r"[A-Z]{3} ?-?[0-9][0-9.,]*|-?[0-9][0-9.,]* ?[A-Z]{3}")
_LONGEST: Final = 64
# So many texts at the start of a column say whether its texts repeat.
_PROBE: Final = 1 << 14

_Odd = Callable[[str], Decimal]


def read_quantity(texts: pa.Array, *, whole: bool = False) -> tuple[pa.Array, pa.Array]:
    """Quantities as DECIMAL(15,3) and a reason per text that is none.

    Args:
        texts: the column; null and empty give null without a reason.
        whole: whether the meter counts whole units; ``12.0`` is whole, ``5.6`` is NUM_FRACTION.
    """

    def odd(text: str) -> Decimal:
        return _odd_quantity(text, whole=whole)

    return _read(texts, _WHOLE if whole else _QUANTITY, ColumnType.QUANTITY.arrow, odd)


def read_money(texts: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Amounts as DECIMAL(38,21) and a reason per text that is none; exponents are exact."""
    return _read(texts, _MONEY, ColumnType.COST.arrow, _odd_money)


def read_rate(texts: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Rates and ratios as DECIMAL(22,18) and a reason per text that is none."""
    return _read(texts, _RATE, ColumnType.UNIT_RATE.arrow, _odd_rate)


def _read(
    texts: pa.Array, pattern: str, kind: pa.DataType, read_odd: _Odd
) -> tuple[pa.Array, pa.Array]:
    texts = one_array(texts)
    if not _repeat(texts):
        return _read_each(texts, pattern, kind, read_odd)
    encoded = texts.dictionary_encode()
    values, reasons = _read_each(encoded.dictionary, pattern, kind, read_odd)
    if reasons.null_count == len(reasons):
        return values.take(encoded.indices), pa.nulls(len(texts), pa.string())
    return values.take(encoded.indices), reasons.take(encoded.indices)


def _repeat(texts: pa.Array) -> bool:
    """Whether a long column repeats its texts, so that reading each once is worth it."""
    return len(texts) > _PROBE and len(texts.slice(0, _PROBE).unique()) * 4 < _PROBE * 3


def _read_each(
    texts: pa.Array, pattern: str, kind: pa.DataType, read_odd: _Odd
) -> tuple[pa.Array, pa.Array]:
    nothing = pa.scalar(None, pa.string())
    filled = pc.and_(pc.is_valid(texts), pc.not_equal(texts, ""))
    filled = pc.fill_null(filled, fill_value=False)
    sound = pc.fill_null(pc.match_substring_regex(texts, pattern=pattern), fill_value=False)
    values = pc.if_else(sound, texts, nothing).cast(kind)
    left = pc.and_not(filled, sound)
    if not pc.any(left).as_py():
        return values, pa.nulls(len(texts), pa.string())
    odd = texts.filter(left)
    distinct = odd.unique()
    amounts: list[Decimal | None] = []
    codes: list[str | None] = []
    for text in distinct.to_pylist():
        try:
            amounts.append(read_odd(text))
            codes.append(None)
        except NotMoney as error:
            amounts.append(None)
            codes.append(error.code)
    rows = pc.index_in(odd, value_set=distinct)
    values = pc.replace_with_mask(values, left, pa.array(amounts, kind).take(rows))
    reasons = pa.nulls(len(texts), pa.string())
    return values, pc.replace_with_mask(reasons, left, pa.array(codes, pa.string()).take(rows))


def one_array(texts: pa.Array | pa.ChunkedArray) -> pa.Array:
    """A column as one array."""
    if isinstance(texts, pa.ChunkedArray):
        return texts.combine_chunks()
    return texts


def _odd_quantity(text: str, *, whole: bool) -> Decimal:
    """A quantity that is not written in plain digits; zeros behind the third decimal are none."""
    _check_form(text)
    if _PLAIN.fullmatch(text) is None:
        raise NotMoney("NUM_FORM", text)
    value = Decimal(text)
    if value.is_signed() and value:
        raise NotMoney("NUM_NEGATIVE", text)
    if whole and value != value.to_integral_value():
        raise NotMoney("NUM_FRACTION", text)
    return fit(abs(value), QUANTITY_SCALE, 15 - QUANTITY_SCALE, text)


def _odd_money(text: str) -> Decimal:
    _check_form(text)
    try:
        return parse_money(text)
    except NotMoney as error:
        raise _sized(error, text) from error


def _odd_rate(text: str) -> Decimal:
    return fit(_odd_money(text), UNIT_RATE_SCALE, 22 - UNIT_RATE_SCALE, text)


def _sized(error: NotMoney, text: str) -> NotMoney:
    """Plain digits that are only too many say so, instead of a wrong form."""
    if error.code == "NUM_FORM" and _PLAIN.fullmatch(text) is not None:
        digits = text.lstrip("-").partition(".")[0]
        return NotMoney("NUM_RANGE" if len(digits) > 17 else "NUM_SCALE", text)
    return error


def _check_form(text: str) -> None:
    """Tell the ways apart in which a text is no number, for the reader of the quarantine."""
    if len(text) > _LONGEST:
        raise NotMoney("NUM_TOO_LONG", text)
    if _NONFINITE.fullmatch(text):
        raise NotMoney("NUM_NONFINITE", text)
    if _SYMBOL.search(text) or _CODE.fullmatch(text):
        raise NotMoney("NUM_CURRENCY_SIGN", text)
    if not text.isascii():
        raise NotMoney("NUM_NON_ASCII", text)
    if _PLAIN.fullmatch(text) is None and _LOCALE.fullmatch(text):
        raise NotMoney("NUM_LOCALE", text)
