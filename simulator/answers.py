"""Which answer a request gets: paths, credentials, parameters, and what each path says."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from simulator import aggregates, catalog, pages
from simulator.facts import Key
from simulator.faults import HTML, Answer, named
from simulator.world import Served, Wanted, World

LARGEST_UNSEEN = 1 << 12  # bodies below this are not worth packing


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


class Answers:
    """Answers requests to one world."""

    def __init__(self, world: World) -> None:
        """Lay out the paths."""
        self.world = world
        self._names = world.facts.parameters
        paths = world.facts.paths
        self._exact: dict[str, Callable[[Request], Answer]] = {
            paths["catalog"]: lambda _: told(catalog.catalog(world)),
            paths["log"]: lambda asked: self._log(asked, operator=False),
            paths["export"]: self._export,
            paths["stat"]: lambda asked: self._stat(asked, operator=False),
            paths["profile"]: self._profile,
            paths["stats"]: self._month,
            paths["keys"]: self._keys,
            paths["keys_search"]: self._keys_search,
            paths["tasks"]: self._tasks,
            paths["hours"]: lambda asked: self._hours(asked, operator=False),
            paths["all_logs"]: lambda asked: self._log(asked, operator=True),
            paths["all_stat"]: lambda asked: self._stat(asked, operator=True),
            paths["all_hours"]: lambda asked: self._hours(asked, operator=True),
            paths["top_ups"]: self._top_ups,
            paths["quota"]: self._quota,
            paths["key_usage"]: self._key_usage,
            paths["limit"]: self._limit,
            paths["spent"]: self._spent,
            paths["models"]: self._models,
            paths["without_version"]: lambda _: Answer(
                status=301, headers=(("Location", paths["models"]),)
            ),
        }
        for page in ("price_page", "docs_page"):
            self._add_pages(page, paths[page])

    def _add_pages(self, page: pages.Page, path: str) -> None:
        world = self.world
        self._exact[path] = lambda _: html(pages.as_html(world, page))
        self._exact[path.rstrip("/") + ".md"] = lambda _: markdown(pages.as_markdown(world, page))

    def answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        """The answer to a GET of that target, faults included; names of headers in lower case."""
        asked = self._read(target, headers)
        try:
            good = self._route(asked)
        except Refused as refused:
            good = refused.answer
        good = self._with_id(good)
        given = self.world.faults.after(asked.path, self._packed(asked, good))
        query = urlsplit(target).query
        with self.world.lock:
            self.world.served.append(Served(self.world.now, asked.path, query, given.status))
        return given

    def _read(self, target: str, headers: Mapping[str, str]) -> Request:
        split = urlsplit(target)
        header, scheme = self.world.facts.bearer
        said = headers.get(header.lower(), "")
        given, _, credential = said.partition(" ")
        query = {name: values[0] for name, values in parse_qs(split.query).items()}
        return Request(
            path=unquote(split.path),
            query=query,
            bearer=credential if given == scheme else "",
            packed="gzip" in headers.get("accept-encoding", ""),
        )

    def _route(self, asked: Request) -> Answer:
        if asked.path in self._exact:
            return self._exact[asked.path](asked)
        paths = self.world.facts.paths
        for name, answer in (
            ("detail", self._detail),
            ("user", self._user),
            ("model_page", self._model_page),
        ):
            if asked.path.startswith(paths[name]):
                return answer(asked, asked.path.removeprefix(paths[name]))
        return html(HTML)  # a wrong path is answered with the site, not with an error

    def _with_id(self, good: Answer) -> Answer:
        name = self.world.facts.request_id_header
        request_id = f"SIM{len(self.world.served):08d}"
        return replace(good, headers=(*good.headers, (name, request_id)))

    def _packed(self, asked: Request, good: Answer) -> Answer:
        if not (
            self.world.scenario.compressed and asked.packed and len(good.body) > LARGEST_UNSEEN
        ):
            return good
        return replace(good, body=gzip.compress(good.body, 1, mtime=0), encoding="gzip")

    # --- credentials ----------------------------------------------------------------------------

    def _account(self, asked: Request, *, operator: bool) -> None:
        """Refuse unless the access token is right for this path."""
        known = self.world.invented.account
        right = {known["operator_token"]} | (set() if operator else {known["access_token"]})
        if not asked.bearer:
            raise Refused(named(self.world.facts, "401"))
        if asked.bearer not in right:
            if self.world.scenario.refused_by == "401":
                raise Refused(named(self.world.facts, "401"))
            raise Refused(failed("no permission: the access token is not valid here"))

    def _key(self, credential: str) -> Key:
        for key in self.world.log.keys:
            if credential == key.key:
                return key
        raise Refused(named(self.world.facts, "401"))

    # --- the log --------------------------------------------------------------------------------

    def _wanted(self, asked: Request, *, operator: bool) -> Wanted:
        names = self._names
        query = asked.query
        return Wanted(
            first=asked.whole(names["first"]),
            last=asked.whole(names["last"]),
            type=asked.whole(names["type"]),
            model=query.get(names["model"], ""),
            key=query.get(names["key_name"], ""),
            group=query.get(names["group"], ""),
            request_id=query.get(names["request_id"], ""),
            user=(query.get(names["user_id"], "") or query.get(names["username"], ""))
            if operator
            else "",
        )

    def _page_of(self, asked: Request) -> tuple[int, int]:
        limits = self.world.facts.own["limits"]
        page = max(asked.whole(self._names["page"]) or 1, 1)
        size = asked.whole(self._names["page_size"]) or limits["page_size_default"]
        return page, min(max(size, 1), self.world.facts.page_cap)

    def _log(self, asked: Request, *, operator: bool) -> Answer:
        self._account(asked, operator=operator)
        world = self.world
        page, size = self._page_of(asked)
        with world.lock:
            found = world.select(self._wanted(asked, operator=operator))
            total = len(found) if operator else min(len(found), world.facts.total_cap)
            before = len(found) - (page - 1) * size
            if world.scenario.pages_past_total == "empty":
                size = max(min(size, total - (page - 1) * size), 0)
            newest_first = found[max(before - size, 0) : max(before, 0)][::-1]
            world.arrive(world.scenario.rows_per_page_served)
        rows = (world.row(n) for n in newest_first)
        return Answer(body=world.printer.page(rows, page, size, total))

    def _export(self, asked: Request) -> Answer:
        self._account(asked, operator=False)
        found = self.world.select(self._wanted(asked, operator=False))
        body = self.world.printer.export(self.world.row(n) for n in found[::-1])
        return Answer(body=body, content_type="text/csv; charset=utf-8")

    def _stat(self, asked: Request, *, operator: bool) -> Answer:
        self._account(asked, operator=operator)
        return well(aggregates.stat(self.world, self._wanted(asked, operator=operator)))

    def _hours(self, asked: Request, *, operator: bool) -> Answer:
        self._account(asked, operator=operator)
        wanted = self._wanted(asked, operator=operator)
        longest = self.world.facts.hours_range_seconds
        opens = wanted.first if wanted.first is not None else 0
        closes = wanted.last if wanted.last is not None else self.world.now
        if not operator and closes - opens > longest:
            return failed("the range is longer than a month")
        return well(aggregates.hours(self.world, wanted.first, wanted.last))

    # --- the account ----------------------------------------------------------------------------

    def _profile(self, asked: Request) -> Answer:
        self._account(asked, operator=False)
        operator = asked.bearer == self.world.invented.account["operator_token"]
        return well(aggregates.account(self.world, operator=operator))

    def _user(self, asked: Request, user: str) -> Answer:
        self._account(asked, operator=True)
        if user != str(self.world.invented.account["id"]):
            return failed("no such user")
        return well(aggregates.account(self.world))

    def _month(self, asked: Request) -> Answer:
        self._account(asked, operator=False)
        return well(aggregates.month(self.world))

    def _key_rows(self) -> list[dict[str, Any]]:
        world = self.world
        return [
            {
                "id": key.id,
                "name": key.name,
                "key": key.key.removeprefix("sk-"),
                "status": 1,
                "unlimited_quota": key.unlimited,
                "remain_quota": 0
                if key.unlimited
                else key.granted_units - aggregates.key_used(world, key),
                "used_quota": aggregates.key_used(world, key),
                "created_time": world.span.opens,
                "accessed_time": world.now,
                "expired_time": -1,
            }
            for key in world.log.keys
        ]

    def _keys(self, asked: Request) -> Answer:
        self._account(asked, operator=False)
        return self._paged(asked, self._key_rows())

    def _keys_search(self, asked: Request) -> Answer:
        self._account(asked, operator=False)
        keyword = asked.query.get(self._names["keyword"], "")
        return well([one for one in self._key_rows() if keyword in one["name"]])

    def _paged(self, asked: Request, found: list[dict[str, Any]]) -> Answer:
        page, size = self._page_of(asked)
        items = found[(page - 1) * size : page * size]
        return well({"page": page, "page_size": size, "total": len(found), "items": items})

    def _tasks(self, asked: Request) -> Answer:
        self._account(asked, operator=False)
        names = self._names
        found = aggregates.tasks(self.world)
        for name in ("task_id", "status", "platform", "action"):
            if value := asked.query.get(names[name]):
                found = [one for one in found if one[name] == value]
        first, last = asked.whole(names["first"]), asked.whole(names["last"])
        found = [
            one
            for one in found
            if (first is None or one["submit_time"] >= first)
            and (last is None or one["submit_time"] <= last)
        ]
        return self._paged(asked, found)

    def _top_ups(self, asked: Request) -> Answer:
        self._account(asked, operator=True)
        found = aggregates.top_ups(self.world)
        for name in ("user_id", "email", "trade_no", "payment_intent_id", "payment_channel"):
            if value := asked.query.get(name):
                found = [one for one in found if str(one[name]) == value]
        first, last = asked.whole("start_time"), asked.whole("end_time")
        found = [
            one
            for one in found
            if (first is None or one["create_time"] >= first)
            and (last is None or one["create_time"] <= last)
        ]
        return self._paged(asked, found)

    # --- what takes an API key ------------------------------------------------------------------

    def _quota(self, asked: Request) -> Answer:
        self._key(asked.query.get(self._names["quota_key"], ""))
        days = [asked.query.get(self._names[name]) for name in ("quota_first", "quota_last")]
        try:
            first, last = (date.fromisoformat(day) if day else None for day in days)
        except ValueError:
            return named(self.world.facts, "400")
        return told(aggregates.quota_service(self.world, first, last))

    def _key_usage(self, asked: Request) -> Answer:
        key = self._key(asked.bearer)
        used = aggregates.key_used(self.world, key)
        data = {
            "object": "token_usage",
            "name": key.name,
            "total_granted": key.granted_units,
            "total_used": used,
            "total_available": key.granted_units - used,
            "unlimited_quota": key.unlimited,
            "model_limits": {},
            "model_limits_enabled": False,
            "expires_at": 0,
        }
        return told({"code": True, "message": "ok", "data": data})

    def _limit(self, asked: Request) -> Answer:
        key = self._key(asked.bearer)
        unlimited = self.world.facts.own["limits"]["unlimited_usd"]
        limit = unlimited if key.unlimited else aggregates.usd(self.world, key.granted_units)
        return told(
            {
                "object": "billing_subscription",
                "has_payment_method": True,
                "soft_limit_usd": limit,
                "hard_limit_usd": limit,
                "system_hard_limit_usd": limit,
                "access_until": 0,
            }
        )

    def _spent(self, asked: Request) -> Answer:
        used = aggregates.key_used(self.world, self._key(asked.bearer))
        return told({"object": "list", "total_usage": aggregates.usd(self.world, used * 100)})

    def _models(self, asked: Request) -> Answer:
        self._key(asked.bearer)
        return told(catalog.callable_ids(self.world))

    # --- public ---------------------------------------------------------------------------------

    def _detail(self, _: Request, code: str) -> Answer:
        return told(catalog.detail(self.world, code))

    def _model_page(self, _: Request, rest: str) -> Answer:
        """{provider}/{code}/ as HTML, {provider}/{code}.md as Markdown."""
        code = rest.partition("/")[2]
        if code.endswith(".md"):
            return markdown(pages.as_markdown(self.world, "price_page", code.removesuffix(".md")))
        return html(pages.as_html(self.world, "price_page", code.rstrip("/")))


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
