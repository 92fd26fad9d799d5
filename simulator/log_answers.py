"""Answers about the log: pages, export, and the sums over it."""

from __future__ import annotations

from simulator import aggregates
from simulator.asking import Request, failed, page_of, require_token, wanted_by, well
from simulator.faults import Answer
from simulator.world import World


def log(world: World, asked: Request, *, operator: bool = False) -> Answer:
    """One page, newest first; new rows may come in behind it."""
    require_token(world, asked, operator=operator)
    page, size = page_of(world, asked)
    with world.lock:
        found = world.select(wanted_by(world, asked, operator=operator))
        total = len(found) if operator else min(len(found), world.facts.total_cap)
        before = len(found) - (page - 1) * size
        given = size
        if world.scenario.pages_past_total == "empty":
            given = max(min(size, total - (page - 1) * size), 0)
        newest_first = found[max(before - given, 0) : max(before, 0)][::-1]
        world.arrive(world.scenario.rows_per_page_served)
    rows = (world.row(n) for n in newest_first)
    return Answer(body=world.printer.page(rows, page, size, total))


def export(world: World, asked: Request) -> Answer:
    """Every row that passes the filters, as CSV."""
    require_token(world, asked, operator=False)
    found = world.select(wanted_by(world, asked, operator=False))
    body = world.printer.export(world.row(n) for n in found[::-1])
    return Answer(body=body, content_type="text/csv; charset=utf-8")


def stat(world: World, asked: Request, *, operator: bool = False) -> Answer:
    """The sum of consume rows, whatever type is asked for."""
    require_token(world, asked, operator=operator)
    return well(aggregates.stat(world, wanted_by(world, asked, operator=operator)))


def hours(world: World, asked: Request, *, operator: bool = False) -> Answer:
    """Hour buckets; a user may ask for a month of them at most."""
    require_token(world, asked, operator=operator)
    wanted = wanted_by(world, asked, operator=operator)
    longest = world.facts.hours_range_seconds
    opens = wanted.first if wanted.first is not None else 0
    closes = wanted.last if wanted.last is not None else world.now
    if not operator and closes - opens > longest:
        return failed("the range is longer than a month")
    return well(aggregates.hours(world, wanted.first, wanted.last))
