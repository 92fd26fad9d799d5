"""Answers about the account, and those that take an API key."""

from __future__ import annotations

from datetime import date
from typing import Any

from simulator import aggregates
from simulator.asking import Request, failed, key_of, paged, require_token, told, well
from simulator.faults import Answer, named
from simulator.world import World


def profile(world: World, asked: Request) -> Answer:
    """Profile and balance of whoever asks."""
    require_token(world, asked, operator=False)
    operator = asked.bearer == world.invented.account["operator_token"]
    return well(aggregates.account(world, operator=operator))


def user(world: World, asked: Request, user: str) -> Answer:
    """Profile and balance of the one account, for an operator."""
    require_token(world, asked, operator=True)
    if user != str(world.invented.account["id"]):
        return failed("no such user")
    return well(aggregates.account(world))


def month(world: World, asked: Request) -> Answer:
    """Statistics of the calendar month."""
    require_token(world, asked, operator=False)
    return well(aggregates.month(world))


def _key_rows(world: World) -> list[dict[str, Any]]:
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


def keys(world: World, asked: Request) -> Answer:
    """The API keys, in pages."""
    require_token(world, asked, operator=False)
    return paged(world, asked, _key_rows(world))


def keys_search(world: World, asked: Request) -> Answer:
    """The API keys whose name holds the keyword, as a bare list."""
    require_token(world, asked, operator=False)
    keyword = asked.query.get(world.facts.parameters["keyword"], "")
    return well([one for one in _key_rows(world) if keyword in one["name"]])


def tasks(world: World, asked: Request) -> Answer:
    """Tasks, filtered and in pages."""
    require_token(world, asked, operator=False)
    names = world.facts.parameters
    found = aggregates.tasks(world)
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
    return paged(world, asked, found)


def top_ups(world: World, asked: Request) -> Answer:
    """Orders that were paid, filtered and in pages, for an operator."""
    require_token(world, asked, operator=True)
    found = aggregates.top_ups(world)
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
    return paged(world, asked, found)


def quota(world: World, asked: Request) -> Answer:
    """Balance and daily totals in US dollars; the key stands in the address."""
    key_of(world, asked.query.get(world.facts.parameters["quota_key"], ""))
    days = [asked.query.get(world.facts.parameters[name]) for name in ("quota_first", "quota_last")]
    try:
        first, last = (date.fromisoformat(day) if day else None for day in days)
    except ValueError:
        return named(world.facts, "400")
    return told(aggregates.quota_service(world, first, last))


def key_usage(world: World, asked: Request) -> Answer:
    """What a key was granted and used, in units."""
    key = key_of(world, asked.bearer)
    used = aggregates.key_used(world, key)
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


def limit(world: World, asked: Request) -> Answer:
    """What a key may spend, in US dollars."""
    key = key_of(world, asked.bearer)
    unlimited = world.facts.own["limits"]["unlimited_usd"]
    limit = unlimited if key.unlimited else aggregates.usd(world, key.granted_units)
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


def spent(world: World, asked: Request) -> Answer:
    """What a key has spent, in cents."""
    used = aggregates.key_used(world, key_of(world, asked.bearer))
    return told({"object": "list", "total_usage": aggregates.usd(world, used * 100)})
