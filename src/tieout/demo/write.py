"""Write the demo month: catalogs, log pages, books, mapping, exclusions, settings, truth."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import localcontext
from pathlib import Path
from typing import Final

from tieout.demo.calls import instant
from tieout.demo.faults import Draft
from tieout.demo.generator import generate
from tieout.demo.pages import LogPages, catalog_text
from tieout.demo.story import CastModel, Key, Story, load_story
from tieout.demo.truth import Truth
from tieout.money import EXACT, plain

OPERATOR: Final = "demo"
APPROVER: Final = "demo approver (unsigned)"
SOURCE_NAME: Final = "demo-catalog"
CATALOG_FORMAT: Final = "cometapi-catalog"
NOTES: Final = (
    "Generated for the demo from published facts with their sources "
    "(vendors/cometapi/demo-facts.toml); it is not a capture of a live catalog."
)
LEDGER_COLUMNS: Final = (
    "entry_id", "booked_at", "request_id", "team", "project", "model", "input_tokens",
    "output_tokens", "seconds", "cost_usd",
)  # fmt: skip
_UNITS: Final = {"openai": "1M tokens", "claude": "1M tokens", "fixed": "request", "task": "second"}


@dataclass(frozen=True, slots=True)
class DemoCapture:
    """One price source of the month, with what an import of it must say."""

    file: Path
    accessed_at: datetime
    source_name: str
    source_url: str
    format: str
    operator: str
    approved_by: str
    notes: str


@dataclass(frozen=True, slots=True)
class Month:
    """Where everything lies, and how it is to be imported; paths are inside ``folder``."""

    folder: Path
    period: str
    as_of: datetime
    seed: int
    requests: int
    captures: tuple[DemoCapture, ...]
    usage_feed: str
    usage_files: tuple[Path, ...]
    ledger_feed: str
    ledger_file: Path
    settings: Path
    mapping: Path
    exclusions: Path
    truth: Path


def write_month(folder: Path, seed: int = 1, requests: int = 60_000) -> Month:
    """Generate the month of a seed and write it; the same arguments give the same bytes.

    Raises:
        ConfigurationRefused: ``DEMO_TOO_SMALL`` when the faults do not fit into so few requests.
    """
    story = load_story()
    with localcontext(EXACT):
        draft = generate(story, seed, requests)
        pages = LogPages(story.plan, draft)
        truth = Truth(story, draft).document(seed, requests, pages.repeated)
        captures = tuple(_write_catalogs(folder, story))
        usage = tuple(
            _write(folder / "usage" / f"log-page-{number:03d}.json", text)
            for number, text in enumerate(pages.texts(), start=1)
        )
        ledger = _write(folder / "ledger" / "ledger.csv", _ledger_text(draft))
    return Month(
        folder=folder,
        period=story.plan.period,
        as_of=story.plan.as_of,
        seed=seed,
        requests=requests,
        captures=captures,
        usage_feed="gateway",
        usage_files=usage,
        ledger_feed="books",
        ledger_file=ledger,
        settings=_write(folder / "tieout.toml", _settings_text(story)),
        mapping=_write(folder / "mapping.csv", _mapping_text(story)),
        exclusions=_write(folder / "exclusions.csv", _exclusions_text(story.plan.keys)),
        truth=_write(folder / "truth.json", json.dumps(truth, indent=1) + "\n"),
    )


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))
    return path


def _write_catalogs(folder: Path, story: Story) -> list[DemoCapture]:
    return [
        DemoCapture(
            file=_write(folder / catalog.file, catalog_text(story, catalog)),
            accessed_at=catalog.accessed_at,
            source_name=SOURCE_NAME,
            source_url=story.facts.gateway.catalog_url,
            format=CATALOG_FORMAT,
            operator=OPERATOR,
            approved_by=APPROVER,
            notes=NOTES,
        )
        for catalog in story.plan.catalogs
    ]


def _ledger_text(draft: Draft) -> str:
    lines = [
        f"L{number:07d},{instant(entry.booked_at)},{entry.request_id},{entry.team},"
        f"{entry.project},{entry.model},{entry.tokens_in},{entry.tokens_out},{entry.seconds},"
        f"{plain(entry.cost)}"
        for number, entry in enumerate(draft.entries, start=1)
    ]
    return "\n".join([",".join(LEDGER_COLUMNS), *lines, ""])


def _settings_text(story: Story) -> str:
    keys = story.plan.keys
    text = story.settings.replace("$workspace", story.plan.workspace)
    for name, values in (
        ("$teams", [key.team for key in keys]),
        ("$projects", [key.project for key in keys]),
        ("$environments", [key.environment for key in keys]),
    ):
        pairs = zip((key.name for key in keys), values, strict=True)
        table = ", ".join(f'"{key}" = "{value}"' for key, value in pairs)
        text = text.replace(name, f'{table}, "" = ""')
    return text


def _mapping_text(story: Story) -> str:
    header = (
        "internal_model_alias,source_model_id,pricing_unit,effective_from,effective_to,approved_by,"
        "reviewer,disposition,source_link,captured_spelling,price_line,change_ticket,approval_record"
    )
    lines = [_mapping_line(model, story) for model in story.plan.models if model.alias]
    return "\n".join([header, *lines, ""])


def _mapping_line(model: CastModel, story: Story) -> str:
    since = instant(int(story.plan.catalogs[0].accessed_at.timestamp()))
    source = story.facts.gateway.catalog_url
    return (
        f"{model.alias},{model.model_id},{_UNITS[model.row]},{since},,{APPROVER},{OPERATOR},"
        f"approved,{source},{model.model_id},,,"
    )


def _exclusions_text(keys: tuple[Key, ...]) -> str:
    lines = [
        f"{key.excluded_by},key_name,{key.name},"
        f"nightly evaluation on a {key.environment} key; the books do not carry it,{APPROVER}"
        for key in keys
        if key.excluded_by
    ]
    return "\n".join(["rule_name,field,equals,reason,approved_by", *lines, ""])
