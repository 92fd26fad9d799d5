"""A gateway's table of ratios: a number per model, times what a ratio of one costs (P2, K5).

Two forms are read, told apart by their keys. The answer of a gateway's price page is an envelope
around rows, ``data``, each with ``model_name``, ``quota_type`` and its ratios. A table as a gateway
is configured, or as one writes it down, is one object per kind of ratio, by model:
``{"model_ratio": {"some-model": 1.25}, "completion_ratio": {"some-model": 4}}``. In both,
``group_ratio`` stands beside them.

A price keeps its own ratio as written, with its place; the number beside it is the product of the
other ratios it is multiplied by and of what a ratio of one costs. A ratio that is not stated has no
default here: what a gateway does then is its own matter, and unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from tieout.errors import InputRefused
from tieout.money import EXACT, NotMoney, plain
from tieout.pricebook.json_text import BOM, Json, NumberText, plain_text, pointer, read_json
from tieout.pricebook.price_line import ParsedSource
from tieout.pricebook.price_text import read_price
from tieout.pricebook.source_reader import SourceReader, WrittenPrice
from tieout.pricebook.sources.price_list import settle_repeats
from tieout.pricebook.sources.ratio_table import RatioTable
from tieout.pricebook.units import SPELLINGS

_ROWS: Final = "data"
_GROUPS: Final = "group_ratio"
_INPUT: Final = "model_ratio"
_CALL: Final = "model_price"
# What each ratio prices, and the other ratios that multiply it.
_KINDS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    _INPUT: ("input_tokens", ()),
    "completion_ratio": ("output_tokens", (_INPUT,)),
    "cache_ratio": ("cache_read_tokens", (_INPUT,)),
    "create_cache_ratio": ("cache_write_tokens", (_INPUT,)),
    "image_ratio": ("image_input_tokens", (_INPUT,)),
    "audio_ratio": ("audio_input_tokens", (_INPUT,)),
    "audio_completion_ratio": ("audio_output_tokens", (_INPUT, "audio_ratio")),
}
_BY_RATIO, _BY_CALL = "0", "1"
_MONEY_WORDS: Final = ("ratio", "pric", "billing")
_KNOWN: Final = frozenset({*_KINDS, _CALL, _GROUPS, "pricing_version"})


@dataclass(frozen=True, slots=True)
class _Entry:
    """What one model is said to cost: its numbers by kind, and where each of them stands."""

    model: str
    place: str
    said: Mapping[str, Json]
    places: Mapping[str, str]
    billed_by: Json = None


def read_gateway_ratios(content: bytes, table: RatioTable) -> ParsedSource:
    """Read a table of ratios.

    Raises:
        InputRefused: the bytes are no strict JSON or no such table (``API_NOT_SUCCESS``,
            ``PRICE_SHAPE``, ``PRICE_EMPTY``), or the declared group has no ratio that can be used
            (``PRICE_GROUP``).
        ConfigurationRefused: ``CFG_RATIO_TABLE``.
    """
    table.check()
    document = read_json(content)
    if not isinstance(document, dict):
        raise _refused("PRICE_SHAPE", "A table of ratios is one object; this is not.")
    reader = SourceReader()
    if content.startswith(BOM):
        reader.note("ENC_BOM", "starts with a byte order mark")
    group = _group(document, table, reader)
    in_rows = _ROWS in document
    for entry in _rows(reader, document, table) if in_rows else _maps(reader, document):
        _read_entry(reader, entry, table, group)
    if not reader.prices and not reader.refused:
        raise _refused("PRICE_EMPTY", "The table of ratios names no model.")
    settle_repeats(reader)
    return reader.parsed()


def _group(document: dict[str, Json], table: RatioTable, reader: SourceReader) -> Decimal | None:
    """The ratio of the declared group; none where prices stand before any group's ratio."""
    groups = document.get(_GROUPS)
    if not table.group:
        if groups:
            detail = "ratios of groups; none is declared, and prices stand before them"
            reader.note("PRICE_GROUP", detail, pointer(_GROUPS))
        return None
    said = groups.get(table.group) if isinstance(groups, dict) else None
    try:
        return read_price(said if isinstance(said, str) else "")
    except NotMoney as error:
        raise InputRefused(
            "PRICE_GROUP",
            "The table states no ratio, zero or more, of the group that is declared.",
            where=(ascii(pointer(_GROUPS, table.group)),),
            remedy="Name a group of the table in the declaration of this price source, or none.",
        ) from error


def _rows(reader: SourceReader, document: dict[str, Json], table: RatioTable) -> Iterator[_Entry]:
    if document.get("success") is not True:
        raise _refused("API_NOT_SUCCESS", "The answer does not say success = true.")
    rows = document[_ROWS]
    if not isinstance(rows, list):
        raise _refused("PRICE_SHAPE", f"The answer holds no list under {_ROWS!r}.")
    for number, row in enumerate(rows):
        place = pointer(_ROWS, number)
        model = row.get("model_name") if isinstance(row, dict) else None
        if not isinstance(row, dict) or not isinstance(model, str) or not model:
            reader.refuse("", "PRICE_ROW", place, "the row names no model")
            continue
        offered = row.get("enable_groups")
        if table.group and isinstance(offered, list) and table.group not in offered:
            detail = "the model is not offered to the declared group"
            reader.refuse(str(model), "PRICE_MISSING", place, detail)
        elif row.get("billing_expr") or row.get("billing_mode") == "tiered_expr":
            detail = "priced by an expression, which ratios do not give"
            reader.refuse(str(model), "PRICE_EXPRESSION", place, detail)
        else:
            places = {key: place + pointer(key) for key in row}
            _note_unread(reader, str(model), row, places)
            yield _Entry(str(model), place, row, places, row.get("quota_type"))


def _maps(reader: SourceReader, document: dict[str, Json]) -> Iterator[_Entry]:
    kinds: dict[str, dict[str, Json]] = {}
    for key in (*_KINDS, _CALL):
        said = document.get(key)
        if isinstance(said, dict):
            kinds[key] = said
        elif said is not None:
            raise _refused("PRICE_SHAPE", f"{key} holds no object of numbers by model.")
    if not kinds:
        raise _refused("PRICE_SHAPE", "The object holds neither rows nor ratios by model.")
    _note_unread(reader, "", document, {key: pointer(key) for key in document})
    for model in dict.fromkeys(model for said in kinds.values() for model in said):
        own = {key: said[model] for key, said in kinds.items() if model in said}
        places = {key: pointer(key, model) for key in own}
        yield _Entry(model, next(iter(places.values())), own, places)


def _note_unread(
    reader: SourceReader, model: str, said: Mapping[str, Json], places: Mapping[str, str]
) -> None:
    for key in said:
        if key not in _KNOWN and any(word in key for word in _MONEY_WORDS):
            reader.note("PRICE_KEY_NOT_READ", f"{key[:64]} is not read", places[key])
            reader.unread(model, key, plain_text(said[key]))


def _read_entry(
    reader: SourceReader, entry: _Entry, table: RatioTable, group: Decimal | None
) -> None:
    billed_by = entry.billed_by
    if billed_by is None:
        both = _INPUT in entry.said and _CALL in entry.said
        billed_by = "" if both else _BY_CALL if _CALL in entry.said else _BY_RATIO
    if billed_by == _BY_CALL:
        _read_call(reader, entry, table, group)
    elif billed_by == _BY_RATIO:
        _read_ratios(reader, entry, table, group)
    else:
        detail = "a ratio and a price per call, and nothing says which is billed"
        reader.refuse(entry.model, "PRICE_UNIT_AMBIGUOUS", entry.place, detail)


def _read_call(
    reader: SourceReader, entry: _Entry, table: RatioTable, group: Decimal | None
) -> None:
    if _ratio(reader, entry, _CALL) is not None:
        _price(reader, entry, _CALL, table, group, Decimal(1))


def _read_ratios(
    reader: SourceReader, entry: _Entry, table: RatioTable, group: Decimal | None
) -> None:
    numbers: dict[str, Decimal] = {}
    for kind in _KINDS:
        if kind in entry.said or kind == _INPUT:
            number = _ratio(reader, entry, kind)
            if number is not None:
                numbers[kind] = number
    if _INPUT in numbers and "completion_ratio" not in entry.said:
        detail = "no completion ratio stated; it is not one"
        reader.refuse(entry.model, "PRICE_MISSING", entry.places[_INPUT], detail)
    for kind in numbers:
        others = _KINDS[kind][1]
        if all(other in numbers for other in others):
            factor = table.at_one
            for other in others:
                factor = EXACT.multiply(factor, numbers[other])
            _price(reader, entry, kind, table, group, factor)
        elif not any(other in entry.said for other in others if other not in numbers):
            detail = f"not priced without {' and '.join(others)}"
            reader.refuse(entry.model, "PRICE_MISSING", entry.places[kind], detail)


def _ratio(reader: SourceReader, entry: _Entry, kind: str) -> Decimal | None:
    """One number of a model; what is missing, negative or no number is refused by name."""
    value, place = entry.said.get(kind), entry.places.get(kind, entry.place)
    if value is None:
        reader.refuse(entry.model, "PRICE_MISSING", place, f"no {kind} stated; it is not zero")
        return None
    if not isinstance(value, str):
        reader.refuse_text(entry.model, "PRICE_TEXT", place)
        return None
    if not isinstance(value, NumberText):
        reader.note("NUM_AS_STRING", "a number given as a text", place)
    try:
        return read_price(value)
    except NotMoney as error:
        if error.code == "NUM_RANGE" and value.startswith("-"):
            reader.refuse(entry.model, "PRICE_RATIO", place, f"{kind} is below zero")
        else:
            reader.refuse_text(entry.model, error.code, place)
        return None


def _price(
    reader: SourceReader,
    entry: _Entry,
    kind: str,
    table: RatioTable,
    group: Decimal | None,
    factor: Decimal,
) -> None:
    by_call = kind == _CALL
    whole = factor if group is None else EXACT.multiply(factor, group)
    reader.price(
        WrittenPrice(
            source_model_id=entry.model,
            meter="requests" if by_call else _KINDS[kind][0],
            text=str(entry.said[kind]),
            unit=SPELLINGS["request" if by_call else table.unit],
            currency=table.currency,
            dialect="list" if group is None else "list_with_ratio",
            locator=entry.places[kind],
            ratio_text=None if by_call and group is None else plain(whole),
            ratio=Decimal(1) if group is None else group,
            list_factor=factor,
        )
    )


def _refused(code: str, sentence: str) -> InputRefused:
    return InputRefused(
        code, sentence, remedy="Capture the table of ratios again; nothing of this was used."
    )
