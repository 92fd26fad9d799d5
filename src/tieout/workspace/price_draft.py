"""A draft for a price list: its unit, its meters and its currency, as its columns are named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from tieout.workspace.look import Look
from tieout.workspace.sampled import decimal_comma, distinct, filled, number
from tieout.workspace.toml_text import comment, question, toml_table, toml_text
from tieout.workspace.words import column_words, first_column, plain_name

_GUESSED_UNIT: Final = "1M tokens"


def is_price_list(look: Look, *, has_amount: bool) -> bool:
    """Whether the columns are those of prices: a model beside prices of meters, and no usage."""
    if has_amount or look.format != "csv" or _field(look, "model") is None:
        return False
    return bool(_by_meter(look)) or _field(look, "price") is not None


def price_map_lines(look: Look) -> list[str]:
    """A JSON object of prices by model needs no map: its keys say meter and unit."""
    return [
        comment(f"{look.name}: a map of prices by model, per token and per piece as its keys say."),
        comment("Capture it; it needs no settings:  tieout prices import --help"),
    ]


def price_list_lines(look: Look, name: str) -> list[str]:
    """The column map of a CSV price list, with the questions it leaves."""
    lines = [
        comment(f"{look.name}: {look.rows} rows looked at, taken for a price list."),
        f"[prices.{name}]",
    ]
    model = _field(look, "model")
    assert model is not None
    lines.append(f"model = {toml_text(model)}")
    by_meter = _by_meter(look)
    body = _wide(by_meter) if by_meter else _long(look)
    body += _currency(look, by_meter)
    if look.delimiter != ",":
        body.append(f"delimiter = {toml_text(look.delimiter)}")
    body += _decimal(look, [column for column, _ in by_meter.values()])
    asked = question("are these list prices, or prices after your discount?")
    body += [asked, 'meaning = "list"']
    return [*lines, *body]


def listed_models(look: Look) -> list[str]:
    """The names that a price list has prices for."""
    column = _field(look, "model")
    return distinct(filled(look, column)) if column is not None else []


def price_texts(look: Look) -> list[str]:
    """The texts of all prices of a list, with a decimal point."""
    price = _field(look, "price")
    columns = [column for column, _ in _by_meter(look).values()]
    columns = columns or ([price] if price is not None else [])
    found = []
    for column in columns:
        texts = filled(look, column)
        found += [text.replace(",", ".") for text in texts] if decimal_comma(texts) else texts
    return found


def _wide(by_meter: Mapping[str, tuple[str, str]]) -> list[str]:
    """One column per meter."""
    lines = []
    units = {meter: unit for meter, (_, unit) in by_meter.items()}
    unsaid = [column for column, unit in by_meter.values() if not unit]
    if unsaid:
        names = ", ".join(unsaid)
        lines.append(question(f"nothing says the unit of {names}; {_GUESSED_UNIT} is a guess."))
    else:
        lines.append(comment("The names of the columns say the unit."))
    table = {meter: unit or _GUESSED_UNIT for meter, unit in units.items()}
    lines.append(f"units = {toml_table(table)}")
    columns = {meter: column for meter, (column, _) in by_meter.items()}
    lines.append(f"meters = {toml_table(columns)}")
    return lines


def _long(look: Look) -> list[str]:
    """One price to a line."""
    price, meter, unit = _field(look, "price"), _field(look, "meter"), _field(look, "unit")
    assert price is not None
    lines = [f"price = {toml_text(price)}"]
    sign = "," if decimal_comma(filled(look, price)) else "."
    odd = [text for text in filled(look, price) if number(text, sign) is None]
    if odd:
        lines.append(question(f"{len(odd)} sample prices are no plain numbers; they are refused."))
    if meter is not None:
        lines.append(f"meter = {toml_text(meter)}")
        texts = ", ".join(distinct(filled(look, meter))[:12])
        asked = question(
            f"translate with meter_values what {meter} holds, where it differs: {texts}"
        )
        lines.append(asked)
    else:
        asked = question("no column says what a price is for; input_tokens is a guess.")
        lines += [asked, 'fixed_meter = "input_tokens"']
    if unit is not None:
        return [*lines, f"unit = {toml_text(unit)}"]
    asked = question(f"no column says the unit; {_GUESSED_UNIT} is a guess.")
    return [*lines, asked, f"fixed_unit = {toml_text(_GUESSED_UNIT)}"]


def _decimal(look: Look, columns: list[str]) -> list[str]:
    """The decimal sign, where prices have a comma."""
    price = _field(look, "price")
    named = columns or ([price] if price is not None else [])
    commas = [column for column in named if decimal_comma(filled(look, column))]
    if not commas:
        return []
    asked = f"is the comma in {', '.join(commas)} a decimal sign, or one between thousands?"
    return [question(asked), 'decimal = ","']


def _currency(look: Look, by_meter: Mapping[str, Any]) -> list[str]:
    column = _field(look, "currency")
    if column is not None:
        return [f"currency_column = {toml_text(column)}"]
    names = [column for column, _ in by_meter.values()] or [_field(look, "price") or ""]
    if not all("usd" in plain_name(name).split("_") for name in names):
        asked = question("nothing says the currency; USD is a guess.")
        return [asked, 'currency = "USD"']
    return ['currency = "USD"']


def _field(look: Look, name: str) -> str | None:
    return first_column(look.columns, column_words()["price_field"][name], set())


def _by_meter(look: Look) -> dict[str, tuple[str, str]]:
    """Meter to price column and unit ("" where the name does not say one)."""
    words = column_words()
    found: dict[str, tuple[str, str]] = {}
    for column in look.columns:
        plain = plain_name(column)
        meter = _starts(plain, words["price_start"])
        unit = _ends(plain, words["price_end"])
        if meter is not None and unit is not None and meter not in found:
            found[meter] = (column, unit)
    return found


def _starts(plain: str, groups: Mapping[str, Iterable[str]]) -> str | None:
    return next(
        (g for g, words in groups.items() if any(plain.startswith(f"{w}_") for w in words)), None
    )


def _ends(plain: str, groups: Mapping[str, Iterable[str]]) -> str | None:
    return next(
        (g for g, words in groups.items() if any(plain.endswith(f"_{w}") for w in words)), None
    )
