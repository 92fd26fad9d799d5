"""The sample reports: a full one, a nearly empty one, and a hostile one made from the full one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tieout.report.document import Document, load

HERE = Path(__file__).parent
AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]+)?")
# Texts the schema fixes; every other text may come from an input.
FIXED = {"schema", "decision", "bucket", "answer", "buckets"}
FIXED_INSIDE = {
    ("kind", "bridge"), ("disposed", "decisions"), ("state", "decisions"), ("kind", "sources"),
    ("state", "states"), ("state", "cells"), ("direction", "steps"),
}  # fmt: skip
# Texts that look like amounts and are texts all the same.
NUMERIC_TEXTS = {"price_text", "multiplier_text", "value", "grade"}

PAYLOAD = (
    "=cmd|' /C calc'!A0<script>alert(1)</script><img src=x onerror=alert(2)>\"'"
    "\u202e\u2028\u2066\u200b\x1b[31m\x00\x07\r\n\t\ufeff\u00a0{{ 7*7 }}{% raw %}</style>-->"
    " javascript:alert(3) "
)


def raw(name: str) -> dict[str, Any]:
    """A sample as plain JSON."""
    read: dict[str, Any] = json.loads((HERE / f"{name}.json").read_bytes())
    return read


def raw_reviewed() -> dict[str, Any]:
    """The full sample once people have decided about it: what ``reviewed.json`` changes in it."""
    sample, changed = raw("full"), raw("reviewed")
    for group in sample["summary"]["groups"]:
        group.update(changed["groups"][group["group_id"]])
    sample["summary"]["totals"]["USD"].update(changed["totals"])
    sample["bridge"][-1:] = changed["bridge"]
    sample["completeness"]["counts"] = changed["counts"]
    sample["completeness"]["patterns"] = changed["patterns"]
    sample["absurd_rows"] = changed["absurd_rows"]
    return {**sample, "review": changed["review"]}


def document(name: str) -> Document:
    """A sample as the report's object."""
    return load((HERE / f"{name}.json").read_bytes())


def reloaded(content: dict[str, Any]) -> Document:
    """A changed sample as the report's object."""
    return load(json.dumps(content).encode())


def hostile() -> Document:
    """The reviewed sample with the payload in every text an input could reach."""
    return reloaded(_poisoned(raw_reviewed()))


def texts(value: object, keep: Callable[[str, str], bool], key: str = "") -> list[str]:
    """The texts of a document that ``keep(key, text)`` wants."""
    if isinstance(value, dict):
        return [text for name, each in value.items() for text in texts(each, keep, name)]
    if isinstance(value, list):
        return [text for each in value for text in texts(each, keep, key)]
    return [value] if isinstance(value, str) and keep(key, value) else []


def amounts(content: dict[str, Any]) -> list[str]:
    """Every amount of a sample, as written."""
    return texts(content, lambda _, text: AMOUNT.fullmatch(text) is not None)


def _poisoned(value: Any, key: str = "", inside: str = "") -> Any:
    if isinstance(value, dict):
        names = {name: name for name in value}
        if key in {"totals", "parts", "truncated"}:
            names = {name: f"{PAYLOAD}{name}" for name in value}
        return {names[name]: _poisoned(each, name, key) for name, each in value.items()}
    if isinstance(value, list):
        return [_poisoned(each, key, key) for each in value]
    if not isinstance(value, str) or key in FIXED or (key, inside) in FIXED_INSIDE:
        return value
    if AMOUNT.fullmatch(value) and key not in NUMERIC_TEXTS:
        return value
    return f"{PAYLOAD}{value}"
