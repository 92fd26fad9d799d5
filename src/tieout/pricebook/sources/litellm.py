"""A price map in LiteLLM's form: one object per model, prices in USD for one unit.

The keys that are read are listed below; every other key about cost is counted and named, so that
a price this reader does not understand is seen and not lost.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from tieout.errors import InputRefused
from tieout.pricebook.json_text import BOM, Json, NumberText, plain_text, pointer, read_json
from tieout.pricebook.price_line import ParsedSource
from tieout.pricebook.source_reader import SourceReader, WrittenPrice
from tieout.pricebook.units import SPELLINGS, PricingUnit

# The map has no currency field: its documentation states every price in USD, for one unit.
_CURRENCY: Final = "USD"
_SAMPLE: Final = "sample_spec"
_METERS: Final[dict[str, tuple[str, PricingUnit]]] = {
    "input_cost_per_token": ("input_tokens", SPELLINGS["token"]),
    "output_cost_per_token": ("output_tokens", SPELLINGS["token"]),
    "cache_read_input_token_cost": ("cache_read_tokens", SPELLINGS["token"]),
    "cache_creation_input_token_cost": ("cache_write_tokens", SPELLINGS["token"]),
    "cache_creation_input_token_cost_above_1hr": ("cache_write_1h_tokens", SPELLINGS["token"]),
    "input_cost_per_audio_token": ("audio_input_tokens", SPELLINGS["token"]),
    "output_cost_per_audio_token": ("audio_output_tokens", SPELLINGS["token"]),
    "output_cost_per_reasoning_token": ("reasoning_tokens", SPELLINGS["token"]),
    "input_cost_per_request": ("requests", SPELLINGS["request"]),
    "input_cost_per_second": ("seconds", SPELLINGS["second"]),
    "output_cost_per_second": ("seconds", SPELLINGS["second"]),
    "output_cost_per_image": ("images", SPELLINGS["image"]),
    "input_cost_per_character": ("characters", SPELLINGS["character"]),
}
_BOTH_SECONDS: Final = frozenset({"input_cost_per_second", "output_cost_per_second"})
_MONEY_WORDS: Final = ("cost", "pric", "multiplier", "billing")


def read_litellm(content: bytes) -> ParsedSource:
    """Read a LiteLLM price map.

    Raises:
        InputRefused: the bytes are no strict JSON, or no object of models (``PRICE_SHAPE``,
            ``PRICE_EMPTY``).
    """
    document = read_json(content)
    if not isinstance(document, dict):
        raise InputRefused(
            "PRICE_SHAPE",
            "A LiteLLM price map is one object with a key per model; this is not.",
            remedy="Capture the price map itself, or name the format the file has.",
        )
    reader = SourceReader()
    if content.startswith(BOM):
        reader.note("ENC_BOM", "starts with a byte order mark")
    unread: Counter[str] = Counter()
    for model, entry in document.items():
        if model == _SAMPLE:
            reader.note("PRICE_SAMPLE", "the explanatory entry is not a model", pointer(model))
        elif isinstance(entry, dict) and model:
            unread.update(_read_model(reader, model, entry))
        else:
            reader.refuse(model, "PRICE_ROW", pointer(model), "the entry is no model with prices")
    if not reader.prices and not reader.refused:
        raise InputRefused(
            "PRICE_EMPTY", "The price map names no model.", remedy="Capture the price map again."
        )
    for key, count in unread.items():
        reader.note("PRICE_KEY_NOT_READ", f"{key[:64]} is not read", rows=count)
    return reader.parsed()


def _read_model(reader: SourceReader, model: str, entry: dict[str, Json]) -> list[str]:
    """Read one model; answers the keys about cost that are not read."""
    stated = [key for key in _METERS if entry.get(key) is not None]
    for key in _METERS:
        if key in entry and entry[key] is None:
            place = pointer(model, key)
            reader.refuse(model, "PRICE_MISSING", place, "no price stated; it is not zero")
    place = pointer(model)
    units = {_METERS[key][1].unit for key in stated}
    if not stated:
        reader.refuse(model, "PRICE_MISSING", place, "the entry states no price that is read")
    elif "Seconds" in units and (len(units) > 1 or _BOTH_SECONDS.issubset(stated)):
        keys = ", ".join(stated)
        reader.refuse(model, "PRICE_UNIT_AMBIGUOUS", place, f"which of these is billed: {keys}")
    else:
        for key in _without_alternatives(reader, model, stated):
            _read_price(reader, model, key, entry[key])
    unread = [key for key in entry if key not in _METERS and any(w in key for w in _MONEY_WORDS)]
    for key in unread:
        reader.unread(model, key, plain_text(entry[key]))
    return unread


def _without_alternatives(reader: SourceReader, model: str, stated: list[str]) -> list[str]:
    """The prices that add up: a character price beside a token price is another way to count."""
    if "input_cost_per_token" in stated and "input_cost_per_character" in stated:
        reader.note(
            "PRICE_ALTERNATIVE",
            "input_cost_per_character is not used where input_cost_per_token stands",
            pointer(model, "input_cost_per_character"),
        )
        return [key for key in stated if key != "input_cost_per_character"]
    return stated


def _read_price(reader: SourceReader, model: str, key: str, value: Json) -> None:
    place = pointer(model, key)
    if not isinstance(value, str):
        reader.refuse_text(model, "PRICE_TEXT", place)
        return
    if not isinstance(value, NumberText):
        reader.note("NUM_AS_STRING", "a number given as a text", place)
    meter, unit = _METERS[key]
    reader.price(
        WrittenPrice(
            source_model_id=model,
            meter=meter,
            text=value,
            unit=unit,
            currency=_CURRENCY,
            dialect="list",
            locator=place,
        )
    )
