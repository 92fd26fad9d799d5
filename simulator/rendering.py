"""Rows as the log writes them: JSON with `other` as JSON text inside it, and the CSV export."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from fractions import Fraction
from typing import Any, Final

from simulator import odd
from simulator.facts import Invented
from simulator.history import Row
from simulator.rows import Log

_compact: Final = json.JSONEncoder(separators=(",", ":")).encode
USERLESS: Final = -1  # how the log says: no ratio of the user's own, no fixed price


def number(value: Fraction) -> float | int:
    """A ratio as the service's JSON prints it: the shortest text of a binary float."""
    return int(value) if value.denominator == 1 else float(value)


class Printer:
    """Prints rows; the parts of `other` that depend on the model alone are prepared once."""

    def __init__(self, log: Log, invented: Invented) -> None:
        """Prepare for the rows of one world."""
        self._log = log
        self._account = invented.account
        self._paths: dict[str, str] = log.facts.own["request_paths"]
        self._columns: list[str] = log.facts.own["export"]["columns"]
        self._frozen = tuple(
            tuple(self._frozen_ratios(state, index) for index in range(len(log.models)))
            for state in (0, 1)
        )

    def _frozen_ratios(self, state: int, index: int) -> dict[str, Any]:
        ratios = self._log.ratios[state][index]
        by_ratio = ratios.price is None
        return {
            "model_ratio": number(ratios.model) if by_ratio else 0,
            "completion_ratio": number(ratios.completion) if by_ratio else 0,
            "group_ratio": number(ratios.group),
            "user_group_ratio": USERLESS,
            "model_price": USERLESS if ratios.price is None else number(ratios.price),
        }

    def other(self, row: Row) -> dict[str, Any]:
        """The object that the log keeps as text in `other`; empty for rows about the account."""
        if row.model < 0:
            return {}
        if row.role == "error":
            return self._of_error(row)
        frozen = self._frozen[self._log.state(row.at)][row.model]
        if row.task is not None:
            return self._of_task(row, frozen)
        if row.role == "fee":
            return self._of_fee(row, frozen)
        kind = self._log.models[row.model].kind
        ratios = self._log.ratios[self._log.state(row.at)][row.model]
        told: dict[str, Any] = (
            {"claude": True, "usage_semantic": "anthropic"} if kind == "claude" else {}
        )
        told.update(frozen)
        told["cache_tokens"] = row.read
        told["cache_ratio"] = number(ratios.cache_read)
        if row.write_5m or row.write_1h:
            told["cache_creation_tokens"] = row.write_5m + row.write_1h
            told["cache_creation_ratio"] = number(ratios.cache_write_5m)
            told["cache_creation_tokens_5m"] = row.write_5m
            told["cache_creation_ratio_5m"] = number(ratios.cache_write_5m)
            told["cache_creation_tokens_1h"] = row.write_1h
            told["cache_creation_ratio_1h"] = number(ratios.cache_write_1h)
        told["frt"] = 40 + row.n % 900
        told["total_ms"] = row.use_time * 1000 - row.n % 500
        told["request_path"] = self._paths[kind]
        name = row.role.removeprefix("odd.")
        return told if name == row.role else odd.told(name, told)

    def _of_error(self, row: Row) -> dict[str, Any]:
        return {
            "error_type": self._log.facts.own["error_body"]["type"],
            "error_code": "",
            "status_code": 503,
            "request_path": self._paths[self._log.models[row.model].kind],
        }

    def _of_task(self, row: Row, frozen: dict[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = {"is_task": True, "task_id": self._log.task_id(row)}
        told["model_price"] = frozen["model_price"]
        told["group_ratio"] = frozen["group_ratio"]
        if row.role == "task":
            told["seconds"] = row.seconds
            told["request_path"] = self._paths["second"]
        elif row.role == "refund":
            told["reason"] = row.content
            told["seconds"] = row.seconds
        else:
            task = self._log.task_settled_by(row.n)
            extra = row.type == self._log.types["consume"]
            told["pre_consumed_quota"] = task.quota
            told["actual_quota"] = task.quota + row.quota if extra else task.quota - row.quota
        return told

    def _of_fee(self, row: Row, frozen: dict[str, Any]) -> dict[str, Any]:
        return {
            **frozen,
            "violation_fee": True,
            "violation_fee_code": "content_policy",
            "fee_quota": row.quota,
            "status_code": 403,
            "cache_tokens": 0,
            "request_path": self._paths[self._log.models[row.model].kind],
        }

    def fields(self, row: Row, position: int) -> dict[str, Any]:
        """The row as an object; `id` is its place in the page and names nothing."""
        other = self.other(row)
        key = self._log.keys[row.key] if row.key >= 0 else None
        told: dict[str, Any] = {
            "id": position,
            "user_id": self._account["id"],
            "created_at": row.at,
            "type": row.type,
            "content": row.content,
            "username": self._account["username"],
            "token_name": key.name if key else "",
            "model_name": self._log.models[row.model].id if row.model >= 0 else "",
            "quota": row.quota,
            "prompt_tokens": row.prompt,
            "completion_tokens": row.completion,
            "use_time": row.use_time,
            "is_stream": row.stream,
            "channel": 0 if key is None else 1 + row.model % 5,
            "channel_name": "",
            "token_id": key.id if key else 0,
            "group": self._account["group"] if key else "",
            "ip": "",
        }
        if row.call is not None:
            told["request_id"] = self._log.request_id(row)
        told["other"] = _compact(other) if other else ""
        return told

    def page(self, rows: Iterable[Row], page: int, page_size: int, total: int) -> bytes:
        """The answer with one page of the log."""
        items = [self.fields(row, position) for position, row in enumerate(rows, start=1)]
        data = {"page": page, "page_size": page_size, "total": total, "items": items}
        answer = {"success": True, "message": "", "data": data}
        return _compact(answer).encode()

    def export(self, rows: Iterable[Row]) -> bytes:
        """The rows as CSV, under invented columns."""
        written = io.StringIO()
        out = csv.writer(written, lineterminator="\n")
        out.writerow(self._columns)
        for row in rows:
            told = self.fields(row, 0)
            out.writerow([told.get(column, "") for column in self._columns])
        return written.getvalue().encode()
