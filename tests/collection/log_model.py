"""A vendor's log in memory, with the traps of a real one: what the collector is judged against.

Newest first, offset paging over what is there at that moment, a page cap, a count that stops, both
bounds included, rows that arrive late and rows that arrive between two pages.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tieout.intake.feed import AmountSource, Feed, FieldSource, TimeSource
from tieout.metering.collection.page import Chosen, Page, PageReader, PageShape
from tieout.metering.collection.window import Window

SHAPE = PageShape(success="success", message="message", total="data.total", rows="data.items")
FEED = Feed(
    format="json",
    records_at=("data.items",),
    model="model_name",
    time=TimeSource(column="created_at", form="epoch_seconds"),
    request_id="request_id",
    task_id="other.task_id",
    nested_json=("other",),
    row_type="type",
    row_kinds={"2": "consumption", "5": "consumption", "6": "refund"},
    outcome=FieldSource(column="type", values={"2": "completed", "5": "failed", "6": "completed"}),
    charged=AmountSource(column="quota", currency="USD", unit_value="0.000002"),
)


def row(number: int, second: int, **other: Any) -> dict[str, Any]:
    """One row of the log; its id is set by the page it is answered on."""
    return {
        "created_at": second,
        "type": 2,
        "model_name": "model-a",
        "quota": 100,
        "request_id": f"r{number}",
        "other": json.dumps({"task_id": f"t{number}"} if other.pop("task", False) else {}),
        **other,
    }


@dataclass
class LogModel:
    """The log and how it answers.

    Attributes:
        rows: in the order they were written.
        page_rows: rows on a page.
        total_rows: where the count stops.
        inclusive: whether the bounds are part of a window.
        on_page: called before each page is answered, with the number of pages answered so far.
        clock: the vendor's clock as it is told with each page.
    """

    rows: list[dict[str, Any]]
    page_rows: int = 5
    total_rows: int = 20
    inclusive: bool = True
    on_page: Callable[[LogModel, int], None] = lambda _log, _pages: None
    clock: datetime | None = None
    pages: int = 0
    asked: list[tuple[Window, int]] = field(default_factory=list)

    def answer(self, asked: Window, number: int, chosen: Chosen) -> bytes:
        """The bytes of one page."""
        self.on_page(self, self.pages)
        self.pages += 1
        self.asked.append((asked, number))
        low, high = (
            (asked.first, asked.last) if self.inclusive else (asked.first + 1, asked.last - 1)
        )
        written = [
            one
            for one in self.rows
            if low <= one["created_at"] <= high
            and all(str(one.get(key)) == value for key, value in chosen.items())
        ]
        newest = sorted(enumerate(written), key=lambda p: (p[1]["created_at"], p[0]), reverse=True)
        start = (number - 1) * self.page_rows
        shown = [
            {"id": place, **one}
            for place, (_, one) in enumerate(newest[start : start + self.page_rows], start + 1)
            if place <= self.total_rows
        ]
        total = min(len(newest), self.total_rows)
        data = {"page": number, "page_size": self.page_rows, "total": total, "items": shown}
        return json.dumps({"success": True, "message": "", "data": data}).encode()

    def page(self, asked: Window, number: int, chosen: Chosen) -> Page:
        """One page, read as the collector reads it."""
        return PageReader(SHAPE, FEED).read(self.answer(asked, number, chosen), self.clock)

    def truth(self, window: Window) -> Counter[str]:
        """Every row of a window, told apart by what it says."""
        return said(one for one in self.rows if window.holds(one["created_at"]))


def said(rows: Any) -> Counter[str]:
    """Rows counted by what they say, without their place on a page."""
    return Counter(json.dumps({k: v for k, v in one.items() if k != "id"}) for one in rows)
