"""The story of the demo month as data: published prices, traffic shapes, the cast, the faults."""

from __future__ import annotations

import tomllib
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import msgspec

from tieout.vendors_path import vendors_folder

VENDOR: Final = "cometapi"

Kind = Literal[
    "price_before_change",
    "factor_thousand",
    "ratio_left_out",
    "ratio_twice",
    "tokens_swapped",
    "not_booked",
    "booked_twice",
    "booked_late",
    "absurd_amount",
    "no_usage",
    "manual_edit",
    "unmapped_model",
    "failed_booked",
    "usage_repeated",
    "test_key",
    "cached_tokens",
]


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One published price of one model, as its source states it."""

    key: str
    source_id: str
    captured: str
    dialect: Literal["discounted", "list_with_ratio"]
    basis: Literal["published", "derived"]
    per_input: Decimal | None = msgspec.field(default=None, name="input")
    per_output: Decimal | None = msgspec.field(default=None, name="output")
    per_request: Decimal | None = None
    per_second: Decimal | None = None
    ratio: Decimal | None = None
    note: str = ""


class PublishedModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A model with everything published about its price."""

    model_id: str = msgspec.field(name="id")
    code: str
    provider: str
    model_type: str
    statements: tuple[Statement, ...]

    def statement(self, key: str) -> Statement:
        """The statement of that key."""
        return next(found for found in self.statements if found.key == key)


class Trace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Token quantiles of a real trace, by nearest rank."""

    name: str
    source: str
    licence: str
    rows: int
    percents: tuple[int, ...]
    input_tokens: tuple[int, ...]
    output_tokens: tuple[int, ...]


class Gateway(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the vendor's unit is worth, and where its catalog stands."""

    units_per_usd: int
    unit_value: Decimal
    catalog_url: str
    source_note: str


class Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table of facts, each with its source."""

    schema: Literal["tieout-demo-facts/1"]
    gateway: Gateway
    sources: dict[str, dict[str, Any]]
    models: tuple[PublishedModel, ...]
    traces: tuple[Trace, ...]


class CatalogPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One catalog of the month: its file, its access time, the statements it shows."""

    file: str
    accessed_at: datetime
    statement: Literal["first", "second"]


class CastModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A model of the cast: its kind of row, its traffic, the statement each catalog shows."""

    model_id: str = msgspec.field(name="id")
    row: Literal["openai", "claude", "fixed", "task"]
    first: str
    second: str
    trace: str = ""
    alias: str = ""
    unlisted: str = ""
    seconds: tuple[int, ...] = ()
    used_from: datetime | None = msgspec.field(default=None, name="from")


class Key(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An API key: whose it is, what it calls, and the rule that leaves it out, if any."""

    name: str
    team: str
    project: str
    environment: str
    share: int
    calls: dict[str, int]
    excluded_by: str = ""


class FaultPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One known fault: its kind, its scope, and the bucket where its money belongs (D15)."""

    fault_id: str = msgspec.field(name="id")
    kind: Kind
    bucket: str
    finder: str
    story: str
    model: str = ""
    team: str = ""
    first: datetime | None = None
    end: datetime | None = None
    take: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    amounts: tuple[Decimal, ...] = ()


class MonthPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The plan of the month: its bounds, its rhythm, its cast, its faults, the form of its rows."""

    schema: Literal["tieout-demo-month/1"]
    workspace: str
    period: str
    first: datetime
    end: datetime
    as_of: datetime
    margin_before_hours: int
    margin_after_hours: int
    page_rows: int
    window_rows: int
    group: str
    token_currency: str
    other_currency: str
    row_ids: int
    failed_percent: int
    retried_per_thousand: int
    refunded_tasks: int
    hours: tuple[int, ...]
    weekday: int
    weekend: int
    catalogs: tuple[CatalogPlan, CatalogPlan]
    models: tuple[CastModel, ...]
    keys: tuple[Key, ...]
    faults: tuple[FaultPlan, ...]
    rows: dict[str, str]


class Story(msgspec.Struct, frozen=True):
    """Facts, plan and the settings text, read together."""

    facts: Facts
    plan: MonthPlan
    settings: str


_Read = TypeVar("_Read")


def load_story() -> Story:
    """The story that comes with the product."""
    folder = vendors_folder() / VENDOR
    return Story(
        facts=_read(folder / "demo-facts.toml", Facts),
        plan=_read(folder / "demo-month.toml", MonthPlan),
        settings=(folder / "demo-settings.toml").read_text(encoding="utf-8"),
    )


def _read(path: Path, shape: type[_Read]) -> _Read:
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), shape)
