"""What the simulator knows: facts of the vendor, and what is invented.

Paths, headers and caps that stand in vendors/cometapi are read from there. cometapi.toml beside
this file holds what only the simulator needs, invented.toml models, prices, keys and the account.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

HERE: Final = Path(__file__).resolve().parent
VENDOR: Final = HERE.parent / "vendors" / "cometapi"

Kind = Literal["openai", "claude", "call", "second"]


@dataclass(frozen=True)
class Model:
    """An invented model: how it is listed, and its list prices in USD (None: no such price)."""

    id: str
    code: str
    name: str
    provider: str
    kind: Kind
    model_type: str
    features: tuple[str, ...]
    ratio: Fraction
    input: Fraction | None = None
    output: Fraction | None = None
    per_request: Fraction | None = None
    per_second: Fraction | None = None
    cache_read: Fraction = Fraction(1)
    cache_write_5m: Fraction = Fraction(5, 4)
    cache_write_1h: Fraction = Fraction(2)
    cut: bool = False
    weight: int = 0
    listed: bool = True
    upcoming: bool = False


@dataclass(frozen=True)
class Key:
    """An invented API key: its row name, the secret itself, and what it was granted in units."""

    id: int
    name: str
    key: str
    weight: int
    unlimited: bool
    granted_units: int = 0


@dataclass(frozen=True)
class Scenario:
    """One world to choose from, as scenarios.toml describes its settings."""

    name: str
    says: str
    dialect: str
    price_change: bool
    conflict: bool
    rows_per_page_served: int
    late_seconds: int
    pages_past_total: str
    error_rows: bool
    day_zone_hours: int
    burst_rows: int
    odd_rows: tuple[str, ...]
    opening_units: int
    endings: tuple[str, ...]
    compressed: bool
    refused_by: str
    faults: tuple[str, ...]
    calm: int


@dataclass(frozen=True)
class Invented:
    """Models, keys, the account, the price change and the conflicts, all made up."""

    account: dict[str, Any]
    keys: tuple[Key, ...]
    models: tuple[Model, ...]
    price_change: dict[str, str]
    conflict: dict[str, dict[str, str]]


@dataclass(frozen=True)
class Facts:
    """Facts of the vendor, each from the file that names its source.

    ``bearer`` is the name of the header and the scheme; ``hosts`` are all names it answers for.
    """

    units_per_usd: int
    page_cap: int
    total_cap: int
    hours_range_seconds: int
    bearer: tuple[str, str]
    request_id_header: str
    paths: dict[str, str]
    parameters: dict[str, str]
    hosts: tuple[str, ...]
    own: dict[str, Any] = field(repr=False)
    catalog: dict[str, Any] = field(repr=False)

    @property
    def row_types(self) -> dict[str, int]:
        """The number each type of row has in the log."""
        return {name: int(number) for name, number in self.own["row_types"].items()}


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def facts() -> Facts:
    """The vendor's facts: contract items first, then what only the simulator needs."""
    values = {one["item_id"]: one["value"] for one in _read(VENDOR / "contract-items.toml")["item"]}
    own = _read(HERE / "cometapi.toml")
    items = own["items"]
    addresses = {name: urlsplit(values[item]) for name, item in items["paths"].items()}
    numbers = {name: int(values[item]) for name, item in items["numbers"].items()}
    named = {
        name: word.strip()
        for item, names in items["parameters"].items()
        for name, word in zip(names, values[item].split(","), strict=True)
    }
    header, scheme = (word.strip() for word in values[items["headers"]["bearer"]].split(":", 1))
    hosts = {one.hostname: None for one in addresses.values() if one.hostname}
    return Facts(
        **numbers,
        bearer=(header, scheme),
        request_id_header=values[items["headers"]["request_id"]],
        paths={
            **own["paths"],
            # A path may end in a place to be filled in: what stands before it is the path.
            **{name: one.path.partition("{")[0] for name, one in addresses.items()},
        },
        parameters={**own["parameters"], **named},
        hosts=(*hosts, *own["hosts"].values()),
        own=own,
        catalog=_read(VENDOR / "catalog.toml"),
    )


@cache
def invented() -> Invented:
    """Models, keys and account, from invented.toml."""
    read = _read(HERE / "invented.toml")
    return Invented(
        account=read["account"],
        keys=tuple(Key(**one) for one in read["key"]),
        models=tuple(_model(one) for one in read["model"]),
        price_change=read["price_change"],
        conflict=read["conflict"],
    )


def _model(one: dict[str, Any]) -> Model:
    numbers = (
        "ratio", "input", "output", "per_request", "per_second",
        "cache_read", "cache_write_5m", "cache_write_1h",
    )  # fmt: skip
    exact = {name: Fraction(one[name]) for name in numbers if name in one}
    return Model(**{**one, **exact, "features": tuple(one["features"])})


@cache
def scenarios() -> dict[str, Scenario]:
    """Every world there is, by name."""
    read = _read(HERE / "scenarios.toml")
    usual = read.pop("defaults")
    return {
        name: Scenario(
            name=name,
            **{
                **usual,
                **one,
                **{
                    key: tuple(one.get(key, usual[key]))
                    for key in ("faults", "odd_rows", "endings")
                },
            },
        )
        for name, one in read.items()
    }
