"""Which answer a request gets: its path, the request id, packing, and faults."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from urllib.parse import parse_qs, unquote, urlsplit

from simulator import account_answers, catalog, log_answers, pages
from simulator.asking import Refused, Request, html, key_of, markdown, told
from simulator.faults import HTML, Answer
from simulator.world import Served, World

LARGEST_UNSEEN = 1 << 12  # bodies below this are not worth packing


class Answers:
    """Answers requests to one world."""

    def __init__(self, world: World) -> None:
        """Lay out the paths."""
        self.world = world
        paths = world.facts.paths
        self._exact: dict[str, Callable[[World, Request], Answer]] = {
            paths["catalog"]: lambda world, _: told(catalog.catalog(world)),
            paths["models"]: models,
            paths["log"]: log_answers.log,
            paths["export"]: log_answers.export,
            paths["stat"]: log_answers.stat,
            paths["hours"]: log_answers.hours,
            paths["all_logs"]: partial(log_answers.log, operator=True),
            paths["all_stat"]: partial(log_answers.stat, operator=True),
            paths["all_hours"]: partial(log_answers.hours, operator=True),
            paths["profile"]: account_answers.profile,
            paths["stats"]: account_answers.month,
            paths["keys"]: account_answers.keys,
            paths["keys_search"]: account_answers.keys_search,
            paths["tasks"]: account_answers.tasks,
            paths["top_ups"]: account_answers.top_ups,
            paths["quota"]: account_answers.quota,
            paths["key_usage"]: account_answers.key_usage,
            paths["limit"]: account_answers.limit,
            paths["spent"]: account_answers.spent,
            paths["without_version"]: lambda _, __: Answer(
                status=301, headers=(("Location", paths["models"]),)
            ),
        }
        for page in ("price_page", "docs_page"):
            self._add_pages(page, paths[page])

    def _add_pages(self, page: pages.Page, path: str) -> None:
        self._exact[path] = lambda world, _: html(pages.as_html(world, page))
        self._exact[path.rstrip("/") + ".md"] = lambda world, _: markdown(
            pages.as_markdown(world, page)
        )

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
            return self._exact[asked.path](self.world, asked)
        paths = self.world.facts.paths
        for name, answer in (
            ("detail", detail),
            ("user", account_answers.user),
            ("model_page", model_page),
        ):
            if asked.path.startswith(paths[name]):
                return answer(self.world, asked, asked.path.removeprefix(paths[name]))
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


def models(world: World, asked: Request) -> Answer:
    """Every id that can be called; needs an API key."""
    key_of(world, asked.bearer)
    return told(catalog.callable_ids(world))


def detail(world: World, _: Request, code: str) -> Answer:
    """One model by its code."""
    return told(catalog.detail(world, code))


def model_page(world: World, _: Request, rest: str) -> Answer:
    """{provider}/{code}/ as HTML, {provider}/{code}.md as Markdown."""
    code = rest.partition("/")[2]
    if code.endswith(".md"):
        return markdown(pages.as_markdown(world, "price_page", code.removesuffix(".md")))
    return html(pages.as_html(world, "price_page", code.rstrip("/")))
