"""What goes wrong on purpose: an answer replaced, broken in its bytes, or cut off on the way.

A fault comes from the scenario, in turn, or from ``world.fail_next`` for the next requests.
"""

from __future__ import annotations

import gzip
import json
import threading
from dataclasses import dataclass, field, replace
from typing import Any, Final

from simulator.facts import Facts, Scenario

HTML: Final = (
    b"<!doctype html><html><head><title>Simulated</title></head><body>not JSON</body></html>"
)


@dataclass(frozen=True)
class Answer:
    """One HTTP answer before it is framed.

    ``stated_length`` overrides Content-Length; ``drop_at`` closes the connection after so many
    bytes of the body, below 0 without a word; ``delay`` waits so many seconds first.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    encoding: str = ""
    stated_length: int | None = None
    drop_at: int | None = None
    delay: float = 0


@dataclass
class _Asked:
    name: str
    times: int
    path: str
    at: int
    seconds: float


@dataclass
class Faults:
    """Which answers go wrong next."""

    facts: Facts
    scenario: Scenario
    _asked: list[_Asked] = field(default_factory=list)
    _good: int = 0
    _turn: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fail_next(
        self, name: str, *, times: int = 1, path: str = "", at: int = 0, seconds: float = 0
    ) -> None:
        """Let the next answers whose path starts with ``path`` go wrong by that name.

        ``at`` is the byte at which ``drop`` cuts the body off (below 0: nothing is said at all),
        and how large ``large`` and ``bomb`` make it; ``seconds`` is how long ``slow`` waits.
        """
        if name not in self.names():
            raise ValueError(
                f"no fault named {name!r}; there are: {', '.join(sorted(self.names()))}"
            )
        with self._lock:
            self._asked.append(_Asked(name, times, path, at, seconds))

    def names(self) -> set[str]:
        """Every fault there is."""
        return {one["name"] for one in self.facts.own["fault"]} | {
            "html", "301", "success-false", "cut-gzip", "long-length", "short-length",
            "invalid-utf8", "duplicate-keys", "nan", "overflow", "drop", "slow", "large", "bomb",
        }  # fmt: skip

    def after(self, path: str, answer: Answer) -> Answer:
        """The answer as it leaves: as it was, or gone wrong."""
        due = self._due(path)
        return answer if due is None else self._gone_wrong(due, answer)

    def _due(self, path: str) -> _Asked | None:
        with self._lock:
            for asked in self._asked:
                if path.startswith(asked.path):
                    asked.times -= 1
                    if asked.times <= 0:
                        self._asked.remove(asked)
                    return asked
            if not self.scenario.faults:
                return None
            if self._good < self.scenario.calm:
                self._good += 1
                return None
            self._good = 0
            name = self.scenario.faults[self._turn % len(self.scenario.faults)]
            self._turn += 1
            return _Asked(name, 1, "", 200, 0)

    def _gone_wrong(self, asked: _Asked, good: Answer) -> Answer:
        for one in self.facts.own["fault"]:
            if one["name"] == asked.name:
                return error(self.facts, one)
        match asked.name:
            case "html":
                wrong = Answer(body=HTML, content_type="text/html; charset=utf-8")
            case "301":
                wrong = Answer(status=301, headers=(("Location", "https://elsewhere.example/"),))
            case "success-false":
                wrong = Answer(body=b'{"success":false,"message":"no permission","data":null}')
            case "drop":
                wrong = replace(good, drop_at=min(asked.at, max(len(good.body) - 1, 0)))
            case "slow":
                wrong = replace(good, delay=asked.seconds)
            case "large":
                wrong = replace(good, body=good.body.ljust(asked.at))
            case "bomb":
                bomb = gzip.compress(good.body.ljust(asked.at), 9, mtime=0)
                wrong = replace(good, body=bomb, encoding="gzip")
            case _:
                wrong = _broken(asked.name, good)
        return wrong


def _broken(name: str, good: Answer) -> Answer:
    """An answer with status 200 whose bytes are not what they should be."""
    body = good.body
    match name:
        case "cut-gzip":
            packed = gzip.compress(body, 1, mtime=0)[:-12]
            broken = replace(good, body=packed, encoding="gzip")
        case "long-length":
            broken = replace(good, stated_length=len(body) + 64)
        case "short-length":
            broken = replace(good, stated_length=max(len(body) - 64, 1))
        case "invalid-utf8":
            broken = replace(good, body=b'{"\xc3\x28":1,' + body[1:])
        case "duplicate-keys":
            broken = replace(good, body=b'{"success":true,' + body[1:])
        case "nan":
            broken = replace(good, body=_with_first_number(body, b"NaN"))
        case _:
            broken = replace(good, body=_with_first_number(body, b"1e999"))
    return broken


def _with_first_number(body: bytes, number: bytes) -> bytes:
    """The first price, or else the first quota, replaced by what is no amount."""
    for field_name in (b'"input":', b'"quota":', b'"total":'):
        place = body.find(field_name)
        if place < 0:
            continue
        begins = place + len(field_name)
        ends = begins
        while body[ends : ends + 1] not in {b",", b"}"}:
            ends += 1
        return body[:begins] + number + body[ends:]
    return b'{"quota":' + number + b"}"


def error(facts: Facts, fault: dict[str, Any]) -> Answer:
    """An error with the body that the documentation shows, or showed once."""
    told = {"message": fault["message"], "type": facts.own["error_body"]["type"]}
    if fault.get("old"):
        told["message"] += " (request id: 20260901000000123456789SIMULATE)"
    else:
        told["param"] = ""
    told["code"] = fault["code"]
    headers: tuple[tuple[str, str], ...] = ()
    if "retry_after" in fault:
        headers = ((facts.own["headers"]["retry_after"], fault["retry_after"]),)
    body = json.dumps({"error": told}).encode()
    return Answer(status=fault["status"], body=body, headers=headers)


def named(facts: Facts, name: str) -> Answer:
    """The error of that name."""
    return error(facts, next(one for one in facts.own["fault"] if one["name"] == name))
