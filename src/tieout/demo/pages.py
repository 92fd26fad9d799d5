"""Vendor documents as text: log pages, newest first, and catalogs; their shape is data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from tieout.demo.calls import Call
from tieout.demo.faults import Draft
from tieout.demo.story import CatalogPlan, MonthPlan, PublishedModel, Statement, Story
from tieout.money import plain

_NAME: Final = re.compile(r"\$([a-z_]+)")
_FEWEST_WINDOWS: Final = 7


class LogPages:
    """The log of a drafted month, read window by window as an account would read it."""

    def __init__(self, plan: MonthPlan, draft: Draft) -> None:
        """Turn every call into its row and cut the rows into windows."""
        self._plan = plan
        self._shapes = {name: _shape(text) for name, text in plan.rows.items()}
        self._key_ids = {key.name: 7001 + number for number, key in enumerate(plan.keys)}
        stamps = [(call.written, number, call) for number, call in enumerate(draft.calls)]
        self._plain = {number for _, number, call in stamps if self._may_repeat(call)}
        rows = [(when, number, self._row(call, number)) for when, number, call in stamps]
        rows.extend(self._side_rows(len(rows)))
        rows.sort(key=lambda row: (row[0], row[1]), reverse=True)
        self._windows = self._cut(rows)

    @property
    def repeated(self) -> int:
        """Rows that stand in the log twice: one on each seam between two windows."""
        return len(self._windows) - 1

    def texts(self) -> Iterator[str]:
        """The pages of all windows, newest first."""
        size = self._plan.page_rows
        for window in self._windows:
            for page, start in enumerate(range(0, len(window), size), start=1):
                yield self._shapes["page"] % {
                    "page": page,
                    "page_size": size,
                    "total": len(window),
                    "items": ",\n".join(window[start : start + size]),
                }

    def _may_repeat(self, call: Call) -> bool:
        first, end = int(self._plan.first.timestamp()), int(self._plan.end.timestamp())
        return (
            first <= call.start < end
            and call.row == call.model.row
            and call.state == "rated"
            and not call.fault
        )

    def _cut(self, rows: list[tuple[int, int, str]]) -> list[list[str]]:
        """Windows whose seams lie on plain rows; the row on a seam stands in both windows."""
        count = max(_FEWEST_WINDOWS, len(rows) // self._plan.window_rows + 1)
        size = len(rows) // count
        windows, start = [], 0
        for _ in range(count - 1):
            seam = start + size
            while rows[seam][1] not in self._plain:
                seam -= 1
            windows.append([text for _, _, text in rows[start : seam + 1]])
            start = seam
        windows.append([text for _, _, text in rows[start:]])
        return windows

    def _row(self, call: Call, number: int) -> str:
        ratios = call.price.ratios
        return self._shapes[call.row] % {
            "id": number % self._plan.row_ids,
            "created_at": call.written,
            "key": call.key.name,
            "key_id": self._key_ids[call.key.name],
            "model": call.model.model_id,
            "units": call.units,
            "input": call.tokens_in,
            "output": call.tokens_out,
            "use_time": call.use_time,
            "stream": "true" if call.stream else "false",
            "channel": 100 + call.noise % 7,
            "group": self._plan.group,
            "request_id": call.request_id,
            "task_id": call.task_id,
            "seconds": call.seconds,
            "model_ratio": _number(ratios.model),
            "completion_ratio": _number(ratios.completion),
            "group_ratio": _number(ratios.group),
            "model_price": _number(call.price.fixed),
            "cached": call.cached,
            "cache_ratio": _number(call.cache_ratio),
            "first_token": 200 + call.noise,
            "total_ms": call.use_time * 1000 - call.noise % 900,
        }

    def _side_rows(self, number: int) -> list[tuple[int, int, str]]:
        """One top-up and one administrative row: in the log, but no usage."""
        first = int(self._plan.first.timestamp())
        found = []
        for place, name in enumerate(("top_up", "manage")):
            when = first + (3 + 7 * place) * 86_400 + 34_000
            text = self._shapes[name] % {
                "id": (number + place) % self._plan.row_ids,
                "created_at": when,
            }
            found.append((when, number + place, text))
        return found


def catalog_text(story: Story, catalog: CatalogPlan) -> str:
    """One catalog: each listed model with the statement this catalog shows."""
    published = {model.model_id: model for model in story.facts.models}
    shape = _shape(story.plan.rows["catalog_row"])
    rows = []
    for cast in story.plan.models:
        if cast.unlisted:
            continue
        model = published[cast.model_id]
        shown = model.statement(cast.first if catalog.statement == "first" else cast.second)
        by_token = shown.per_input is not None
        currency = story.plan.token_currency if by_token else story.plan.other_currency
        rows.append(shape % _catalog_row(model, shown, currency))
    document = _shape(story.plan.rows["catalog"])
    return document % {"total": len(rows), "items": ",\n".join(rows)}


def _catalog_row(model: PublishedModel, shown: Statement, currency: str) -> dict[str, object]:
    return {
        "model": model.model_id,
        "code": model.code,
        "provider": json.dumps(model.provider or None),
        "model_type": model.model_type,
        "currency": currency,
        "input": _number(shown.per_input),
        "output": _number(shown.per_output),
        "per_request": _number(shown.per_request),
        "per_second": _number(shown.per_second),
        "ratio": _number(shown.ratio),
    }


def _number(value: Decimal | None) -> str:
    return "null" if value is None else plain(value)


def _shape(text: str) -> str:
    """A row with ``$name`` places as a format that is filled in quickly."""
    return _NAME.sub(r"%(\1)s", text.replace("%", "%%"))
