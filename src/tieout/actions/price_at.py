"""What was known on day K about the price on day U: both axes of the price book (P7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from tieout import tables
from tieout.actions.price_history import PriceSet, model_roles, model_sources, price_sets
from tieout.calendar import instant_text
from tieout.engine.duckdb import DuckDBEngine
from tieout.engine.statements import statement
from tieout.evidence.records import captures
from tieout.pricebook.book import PriceBook
from tieout.tables.stages import STAGE_TABLES
from tieout.workspace.layout import Workspace

_AT: Final = (
    "SELECT * FROM price_in_force WHERE effective_from <= TIMESTAMP '{0}'"
    " AND (effective_until IS NULL OR effective_until > TIMESTAMP '{0}')"
)


@dataclass(frozen=True, slots=True)
class PriceAnswer:
    """The price of a model at an instant, as it was known at another.

    Attributes:
        source_model_id: the model.
        at: the instant asked about.
        known_at: the instant of knowledge; none for now.
        standing: ``in force``, ``unknown`` (no price in force) or ``several`` (two disagree).
        price_sets: the price sets with authority at that instant; one unless several disagree.
        unseen_change: last seen old, first seen new, the capture of the new price: where the
            instant lies between two captures of different prices.
        waiting: newer captures with another price that wait for an approval.
    """

    source_model_id: str
    at: str
    known_at: str | None
    standing: str
    price_sets: tuple[PriceSet, ...]
    unseen_change: tuple[str, str, str] | None
    waiting: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The result as one JSON object."""
        change = self.unseen_change
        return {
            "source_model_id": self.source_model_id,
            "at": self.at,
            "known_at": self.known_at,
            "standing": self.standing,
            "price_sets": [one.as_json() for one in self.price_sets],
            "unseen_change": None
            if change is None
            else dict(zip(("seen_old", "seen_new", "capture_id"), change, strict=True)),
            "waiting": list(self.waiting),
        }


def price_at(
    workspace: Workspace, model: str, at: datetime, known_at: datetime | None = None
) -> PriceAnswer:
    """The price of a model at an instant, by the statement that a run uses.

    Args:
        workspace: the workspace.
        model: the source model id.
        at: the instant of usage.
        known_at: only what was on record at this instant; everything by default.

    Raises:
        ConfigurationRefused: ``MODEL_UNKNOWN``: no capture known then names it.
    """
    mine = model_sources(workspace, captures(workspace.log, known_at), model, known_at)
    book = model_roles(workspace, mine, model, known_at).book
    moment = at.astimezone(UTC).replace(tzinfo=None)
    stretch, gaps = _asked(book, moment)
    held = [
        row
        for row in book.price_sets.to_pylist()
        if row["effective_from"] <= moment
        and (row["effective_until"] is None or moment < row["effective_until"])
        and stretch is not None
        and row["grade"] == stretch["grade"]
    ]
    if stretch is not None and stretch["rates_in_force"] == 1:
        held = [row for row in held if row["price_set_id"] == stretch["price_set_id"]]
    return PriceAnswer(
        model,
        instant_text(at),
        None if known_at is None else instant_text(known_at),
        _standing(stretch),
        tuple(price_sets(held, book.price_lines.to_pylist())),
        _change(gaps, moment, book),
        tuple(
            row["capture_id"]
            for row in book.waiting.to_pylist()
            if row["effective_from"] <= moment
            and (row["effective_until"] is None or moment < row["effective_until"])
        ),
    )


def _standing(stretch: dict[str, Any] | None) -> str:
    if stretch is None:
        return "unknown"
    return "in force" if stretch["rates_in_force"] == 1 else "several"


def _asked(book: PriceBook, moment: datetime) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """The stretch in force at a moment and the unseen changes, by the statements of a run."""
    engine = DuckDBEngine(1)
    try:
        engine.load(tables.PRICE_SET.name, book.price_sets)
        for declared in (
            tables.USAGE_READING,
            tables.CHARGE_READING,
            tables.FROZEN_CHARGE,
            STAGE_TABLES["model_resolution"],
        ):
            engine.load(declared.name, declared.schema.empty_table())
        any_gap = {name: [1] for name in tables.POLICY_TERMS.column_names}
        engine.load("policy_terms", tables.POLICY_TERMS.arrow(dict[str, Any](any_gap)))
        for path in ("pricebook/price_in_force", "rating/price_gap"):
            engine.run(statement(path))
        found: list[dict[str, Any]] = engine.fetch(_AT.format(moment.isoformat(" "))).to_pylist()
        gaps: list[dict[str, Any]] = engine.fetch("SELECT * FROM price_gap").to_pylist()
    finally:
        engine.close()
    return (found[0] if found else None), gaps


def _change(
    gaps: list[dict[str, Any]], moment: datetime, book: PriceBook
) -> tuple[str, str, str] | None:
    by_id = dict(
        zip(
            book.price_sets.column("price_set_id").to_pylist(),
            book.price_sets.column("capture_id").to_pylist(),
            strict=True,
        )
    )
    for gap in gaps:
        if gap["seen_old"] < moment < gap["seen_new"]:
            both = (gap["seen_old"], gap["seen_new"])
            old, new = (instant_text(one.replace(tzinfo=UTC)) for one in both)
            return old, new, by_id[gap["new_set_id"]]
    return None
