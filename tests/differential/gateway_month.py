"""A generated month of the vendor's log: every type of row and every kind of charge, by a seed.

Each row is charged by one version of the gateway: the one that rounds, the one that cuts, the one
that keeps surcharges outside of the factors. Some charges are wrong on purpose, and listed.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tests.differential.gateway import Reckoned, of_row

START = int(datetime(2026, 8, 1, tzinfo=UTC).timestamp())
SECONDS = 31 * 86_400
# Ratios as gateways configure them, some with as many digits as a float prints.
MODEL_RATIOS = ("0.075", "0.5", "1.25", "2.5", "37.5", "0.07142857142857142", "0", "0.0000023")
COMPLETION_RATIOS = ("4", "5", "8", "4.2105", "3.3333333333333335", "1")
GROUP_RATIOS = ("0.8", "1", "0.65")
KINDS = (
    *("openai",) * 30, *("claude",) * 20, *("gemini",) * 10, "image", "audio", "realtime", "tools",
    "factors", "fixed", "fixed_tools", "task", "task", "expression", "error", "fee", "unused",
    "smallest", "no_ratio", "top_up", "manage", "gift",
)  # fmt: skip


@dataclass
class Month:
    """The rows, what each must come to, and how many were charged wrongly on purpose."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    reckoned: list[Reckoned | None] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    wrong: set[int] = field(default_factory=set)
    taken: dict[str, int] = field(default_factory=dict)

    def page(self) -> bytes:
        """The rows as one answer of the log."""
        body = {"success": True, "data": {"items": self.rows}}
        text = json.dumps(body)
        return text.encode()


class Maker:
    """Draws one row after another."""

    def __init__(self, seed: int) -> None:
        """Start from a seed."""
        self.random = random.Random(seed)  # noqa: S311 (repeatable, not secret)
        self.month = Month()
        self.open_tasks: list[tuple[str, dict[str, Any], int]] = []

    def month_of(self, rows: int) -> Month:
        """A month of that many rows."""
        while len(self.month.rows) < rows:
            self._one(self.random.choice(KINDS))
            if self.open_tasks and self.random.random() < 0.03:
                self._later(*self.open_tasks.pop(0))
        return self.month

    def _one(self, kind: str) -> None:
        if kind in {"top_up", "manage", "gift"}:
            number = {"top_up": 1, "manage": 3, "gift": 4}[kind]
            self._add(kind, {"type": number, "content": kind, "other": "", "quota": 0})
            return
        if kind == "error":
            other = {"error_type": "upstream", "status_code": 503}
            self._add(kind, self._row(5, other, 0, 0), charge=False)
            return
        made = getattr(self, f"_{kind}")()
        self._add(kind, made)

    def _ratios(self) -> dict[str, Any]:
        pick = self.random.choice
        return {
            "model_ratio": number(pick(MODEL_RATIOS)),
            "completion_ratio": number(pick(COMPLETION_RATIOS)),
            "group_ratio": number(pick(GROUP_RATIOS)),
            "user_group_ratio": -1,
            "model_price": -1,
            "cache_tokens": 0,
            "cache_ratio": number(pick(("0.5", "0.25", "0.1"))),
        }

    def _row(self, type_: int, other: dict[str, Any], prompt: int, answer: int) -> dict[str, Any]:
        return {"type": type_, "prompt_tokens": prompt, "completion_tokens": answer, "other": other}

    def _tokens(self) -> tuple[int, int]:
        prompt = int(self.random.lognormvariate(6, 2)) + 1
        return prompt, int(self.random.lognormvariate(5, 1.5))

    def _openai(self) -> dict[str, Any]:
        prompt, answer = self._tokens()
        other = self._ratios()
        other["cache_tokens"] = self.random.randint(0, prompt // 2)
        return self._row(2, other, prompt, answer)

    def _gemini(self) -> dict[str, Any]:
        row = self._openai()
        left = row["prompt_tokens"] - row["other"]["cache_tokens"]
        heard = self.random.randint(0, left // 2)
        row["other"] |= {
            "audio_input_seperate_price": True, "audio_input_token_count": heard,
            "audio_input_price": number(self.random.choice(("1", "0.7", "3.5"))),
        }  # fmt: skip
        return row

    def _claude(self) -> dict[str, Any]:
        prompt, answer = self._tokens()
        draw = self.random.randint
        five, hour, unsaid = draw(0, 4000), draw(0, 2000), draw(0, 900)
        other = {
            **self._ratios(), "claude": True, "usage_semantic": "anthropic",
            "cache_tokens": draw(0, 90_000), "cache_creation_tokens": five + hour + unsaid,
            "cache_creation_ratio": 1.25, "cache_creation_tokens_5m": five,
            "cache_creation_ratio_5m": 1.25, "cache_creation_tokens_1h": hour,
            "cache_creation_ratio_1h": 2,
        }  # fmt: skip
        return self._row(2, other, prompt, answer)

    def _image(self) -> dict[str, Any]:
        row = self._openai()
        left = row["prompt_tokens"] - row["other"]["cache_tokens"]
        row["other"] |= {"image": True, "image_ratio": 2, "image_output": left // 3}
        return row

    def _audio(self) -> dict[str, Any]:
        draw = self.random.randint
        counts = {"text_input": draw(0, 900), "text_output": draw(0, 900),
                  "audio_input": draw(1, 900), "audio_output": draw(0, 900)}  # fmt: skip
        other = {**self._ratios(), "audio": True, **counts,
                 "audio_ratio": 20, "audio_completion_ratio": 2}  # fmt: skip
        prompt = counts["text_input"] + counts["audio_input"]
        return self._row(2, other, prompt, counts["text_output"] + counts["audio_output"])

    def _realtime(self) -> dict[str, Any]:
        row = self._audio()
        del row["other"]["audio"]
        row["other"]["ws"] = True
        return row

    def _tools(self) -> dict[str, Any]:
        row = self._openai()
        row["other"] |= {
            "web_search": True, "web_search_call_count": self.random.randint(1, 3),
            "web_search_price": self.random.choice((10, 25)), "file_search": True,
            "file_search_call_count": 1, "file_search_price": 2.5,
        }  # fmt: skip
        return row

    def _factors(self) -> dict[str, Any]:
        row = self._tools()
        row["other"]["n"] = self.random.randint(2, 4)
        return row

    def _fixed(self) -> dict[str, Any]:
        price = number(self.random.choice(("0.04", "0.0000077", "0.12")))
        return self._row(2, {**self._ratios(), "model_ratio": 0, "model_price": price}, 1, 0)

    def _fixed_tools(self) -> dict[str, Any]:
        row = self._fixed()
        row["other"] |= {"image_generation_call": True, "image_generation_call_price": 0.011}
        return row

    def _task(self) -> dict[str, Any]:
        other = {
            "is_task": True, "task_id": f"task-{len(self.month.rows)}",
            "model_price": number(self.random.choice(("0.08", "0.1", "-1"))),
            "model_ratio": 1.5, "group_ratio": number(self.random.choice(GROUP_RATIOS)),
            "seconds": self.random.choice((4, 5, 8)),
            "size": number(self.random.choice(("1.666667", "1"))),
        }  # fmt: skip
        return self._row(2, other, 0, 0)

    def _expression(self) -> dict[str, Any]:
        row = self._openai()
        kept = {"group_ratio": row["other"]["group_ratio"], "billing_mode": "tiered_expr"}
        return {**row, "other": kept, "quota": self.random.randint(1, 9000)}

    def _fee(self) -> dict[str, Any]:
        fee = self.random.randint(1, 30_000)
        other = {**self._ratios(), "violation_fee": True, "fee_quota": fee}
        return self._row(2, other, 0, 0)

    def _unused(self) -> dict[str, Any]:
        return self._row(2, self._ratios(), 0, 0)

    def _smallest(self) -> dict[str, Any]:
        return self._row(2, {**self._ratios(), "model_ratio": number("0.0000023")}, 1, 0)

    def _no_ratio(self) -> dict[str, Any]:
        row = self._openai()
        del row["other"]["group_ratio"]
        return {**row, "quota": self.random.randint(1, 9000)}

    def _later(self, task: str, other: dict[str, Any], taken: int) -> None:
        """A task comes back whole, or is settled for more or for less."""
        told = {"is_task": True, "task_id": task, "group_ratio": other["group_ratio"]}
        kind = self.random.choice(("refund", "stranger", "extra", "less"))
        if kind == "refund":
            self._add(kind, {**self._row(6, told, 0, 0), "quota": taken})
        elif kind == "stranger":
            told["task_id"] = "task-of-another-month"
            self._add(kind, {**self._row(6, told, 0, 0), "quota": taken})
        else:
            change = self.random.randint(1, max(taken // 2, 1))
            actual = taken + change if kind == "extra" else taken - change
            told |= {"pre_consumed_quota": taken, "actual_quota": actual}
            self._add(kind, {**self._row(2 if kind == "extra" else 6, told, 0, 0), "quota": change})

    def _add(self, kind: str, row: dict[str, Any], *, charge: bool = True) -> None:
        place = len(self.month.rows)
        task = row["other"].get("task_id") if isinstance(row["other"], dict) else None
        of_task = kind in {"refund", "stranger", "extra", "less"}
        full = {
            "id": place % 100, "created_at": START + place * SECONDS // 200_000,
            "model_name": "gw-model-1", "token_name": "key", "use_time": 1, "is_stream": False,
            "content": "", "prompt_tokens": 0, "completion_tokens": 0, **row,
        }  # fmt: skip
        if not of_task and row["type"] in {2, 5}:
            full["request_id"] = f"req-{place}"
        if isinstance(row["other"], dict):
            full["other"] = written(row["other"])
        reckoned = None
        if row["type"] in {2, 6}:
            reckoned = of_row({"quota": 0, **full}, self.month.taken)
            if "quota" not in full:
                full["quota"] = self._charged(reckoned, kind, place)
        elif charge is False:
            reckoned = Reckoned(reason="CHARGE_NOTHING_FROZEN")
            full["quota"] = 0
        if kind == "task" and task is not None:
            self.month.taken[task] = full["quota"]
            if place not in self.month.wrong:
                self.open_tasks.append((task, row["other"], full["quota"]))
        self.month.rows.append(full)
        self.month.reckoned.append(reckoned)
        self.month.kinds[kind] += 1

    def _charged(self, reckoned: Reckoned, kind: str, place: int) -> int:
        """What some version of the gateway takes; now and then something else."""
        assert reckoned.units is not None, kind
        assert reckoned.least is not None
        assert reckoned.most is not None
        if self.random.random() < 0.01:
            self.month.wrong.add(place)
            return reckoned.most + self.random.choice((1, 500, 10**6))
        return self.random.choice(
            (reckoned.units, reckoned.units, reckoned.least, reckoned.most)
            if kind in {"factors", "task"}
            else (reckoned.units, reckoned.units, reckoned.least)
        )


def number(text: str) -> int | float:
    """A ratio as a gateway holds it, printed again as it prints it."""
    value = Decimal(text)
    return int(value) if value == value.to_integral_value() else float(text)


def written(other: dict[str, Any]) -> str:
    """The JSON text of ``other``, small numbers with an exponent as the gateway writes them."""
    return json.dumps(other, separators=(",", ":"))
