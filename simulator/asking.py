"""What was asked and by whom: parameters, credentials, pages, and the envelopes of answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.facts import Key
from simulator.faults import Answer, named
from simulator.world import Wanted, World


class Refused(Exception):
    """The request gets this answer and no other."""

    def __init__(self, answer: Answer) -> None:
        """Carry the answer."""
        super().__init__(answer.status)
        self.answer = answer


@dataclass(frozen=True)
class Request:
    """What was asked: the path, the first value of each parameter, and the credential if any."""

    path: str
    query: Mapping[str, str]
    bearer: str
    packed: bool

    def whole(self, name: str) -> int | None:
        """A parameter that is a whole number; None where it is absent, empty or zero."""
        text = self.query.get(name, "")
        return int(text) if text.lstrip("-").isdigit() and int(text) else None


def require_token(world: World, asked: Request, *, operator: bool) -> None:
    """Refuse unless the access token is right for this path."""
    known = world.invented.account
    right = {known["operator_token"]} | (set() if operator else {known["access_token"]})
    if not asked.bearer:
        raise Refused(named(world.facts, "401"))
    if asked.bearer not in right:
        if world.scenario.refused_by == "401":
            raise Refused(named(world.facts, "401"))
        raise Refused(failed("no permission: the access token is not valid here"))


def key_of(world: World, credential: str) -> Key:
    """The API key; refused where nobody has it."""
    for key in world.log.keys:
        if credential == key.key:
            return key
    raise Refused(named(world.facts, "401"))


def wanted_by(world: World, asked: Request, *, operator: bool) -> Wanted:
    """The filters of a question to the log; a user's own log is not filtered by user."""
    names = world.facts.parameters
    query = asked.query
    user = query.get(names["user_id"], "") or query.get(names["username"], "")
    return Wanted(
        first=asked.whole(names["first"]),
        last=asked.whole(names["last"]),
        type=asked.whole(names["type"]),
        model=query.get(names["model"], ""),
        key=query.get(names["key_name"], ""),
        group=query.get(names["group"], ""),
        request_id=query.get(names["request_id"], ""),
        user=user if operator else "",
    )


def page_of(world: World, asked: Request) -> tuple[int, int]:
    """Number and size of the page; the size is capped without a word."""
    names = world.facts.parameters
    page = max(asked.whole(names["page"]) or 1, 1)
    usual: int = world.facts.own["limits"]["page_size_default"]
    size = asked.whole(names["page_size"]) or usual
    return page, min(max(size, 1), world.facts.page_cap)


def paged(world: World, asked: Request, found: list[dict[str, Any]]) -> Answer:
    """The page asked for of what was found."""
    page, size = page_of(world, asked)
    items = found[(page - 1) * size : page * size]
    return well({"page": page, "page_size": size, "total": len(found), "items": items})


def told(answer: object) -> Answer:
    """An object as a JSON answer."""
    return Answer(body=json.dumps(answer, separators=(",", ":"), ensure_ascii=False).encode())


def well(data: object) -> Answer:
    """Data in the account's envelope."""
    return told({"success": True, "message": "", "data": data})


def failed(message: str) -> Answer:
    """What the account answers instead of an error: status 200 and success false."""
    return told({"success": False, "message": message, "data": None})


def html(body: bytes) -> Answer:
    """A page."""
    return Answer(body=body, content_type="text/html; charset=utf-8")


def markdown(body: bytes) -> Answer:
    """A page in Markdown."""
    return Answer(body=body, content_type="text/markdown; charset=utf-8")
