"""The vendor's own sums, each with its documented trap.

The statistic sums type 2 alone and ignores the type asked for; hour buckets know calls alone and
are flushed late; used quota is never reduced by refunds; nobody says in which zone the quota
service's days begin.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from fractions import Fraction
from typing import Any, Final

from simulator.credits import credit_of
from simulator.facts import Key
from simulator.history import BLOCK, CREDIT, DAY, ODD, SETTLED, SETTLED_AFTER, TASK
from simulator.odd import is_funded_elsewhere
from simulator.world import Wanted, World

HOUR: Final = 3600
MINUTE: Final = 60
USD_DECIMALS: Final = 6
UNLIMITED: Final = -1


def usd(world: World, units: int) -> float:
    """Units as US dollars in the service's JSON; six decimals are exact."""
    return round(float(Fraction(units, world.facts.units_per_usd)), USD_DECIMALS)


def stat(world: World, wanted: Wanted) -> dict[str, int]:
    """Quota of consume rows whatever type is asked for; rpm and tpm of the last minute alone."""
    consume = wanted._replace(type=world.log.types["consume"])
    recent = world.select(consume._replace(first=world.now - MINUTE + 1, last=world.now))
    return {
        "quota": sum(world.quotas[n] for n in world.select(consume)),
        "rpm": len(recent),
        "tpm": sum(world.tokens[n] for n in recent),
    }


def flushed_until(world: World) -> int:
    """The last second that the hour buckets know."""
    step = int(world.facts.own["limits"]["flush_seconds"])
    return world.now // step * step - 1


def hours(world: World, first: int | None, last: int | None) -> list[dict[str, Any]]:
    """Hour buckets by model; calls and tasks at submit alone. An hour begins within the bounds."""
    opens = world.span.opens if first is None else first
    closes = world.now if last is None else last
    begins = -(-opens // HOUR) * HOUR
    until = min(closes // HOUR * HOUR + HOUR - 1, flushed_until(world))
    account = world.invented.account
    sums: dict[tuple[int, int], list[int]] = {}
    consume = Wanted(first=begins, last=until, type=world.log.types["consume"])
    for n in world.select(consume):
        if n % BLOCK == SETTLED:
            continue
        bucket = sums.setdefault((world.times[n] // HOUR * HOUR, world.models[n]), [0, 0, 0])
        bucket[0] += 1
        bucket[1] += world.quotas[n]
        bucket[2] += world.tokens[n]
    return [
        {
            "user_id": account["id"],
            "username": account["username"],
            "model_name": world.log.models[model].id,
            "created_at": hour,
            "count": count,
            "quota": quota,
            "token_used": tokens,
        }
        for (hour, model), (count, quota, tokens) in sorted(sums.items())
    ]


def units_of(world: World, kind: str, key: str = "") -> int:
    """The sum of one type of row so far, of one key or of all."""
    chosen = world.select(Wanted(type=world.log.types[kind], key=key))
    return sum(world.quotas[n] for n in chosen)


def calls(world: World) -> int:
    """Requests that were charged so far."""
    chosen = world.select(Wanted(type=world.log.types["consume"]))
    return sum(1 for n in chosen if n % BLOCK != SETTLED)


def credited(world: World) -> int:
    """Units credited or taken by rows that say so in words alone."""
    slots = range(CREDIT, len(world.times), BLOCK)
    found = [credit_of(n // BLOCK) for n in slots if world.there(n)]
    return sum(one.usd for one in found if one is not None) * world.facts.units_per_usd


def elsewhere(world: World) -> int:
    """Units of rows that a subscription paid: consumed, and not taken from the wallet."""
    kinds = world.scenario.odd_rows
    if not kinds:
        return 0
    slots = range(ODD, len(world.times), BLOCK)
    paid = (n for n in slots if is_funded_elsewhere(n, kinds) and world.there(n))
    return sum(world.quotas[n] for n in paid)


def account(world: World, *, operator: bool = False) -> dict[str, Any]:
    """Profile and balance. Used quota is what was consumed, refunds not taken off."""
    told = world.invented.account
    opening = world.scenario.opening_units or told["opening_units"]
    used = units_of(world, "consume")
    back = units_of(world, "refund")
    return {
        "id": told["id"],
        "username": told["username"],
        "display_name": told["display_name"],
        "email": told["email"],
        "role": world.facts.own["roles"]["operator" if operator else "user"],
        "status": 1,
        "group": told["group"],
        "quota": opening + credited(world) - used + back + elsewhere(world),
        "used_quota": used,
        "request_count": calls(world),
    }


def month(world: World) -> dict[str, Any]:
    """Statistics of the calendar month of UTC that the clock stands in, up to now."""
    first = datetime.fromtimestamp(world.now, UTC).replace(
        day=1, hour=0, minute=0, second=0, microsecond=0
    )
    since = Wanted(first=int(first.timestamp()))
    done = world.select(since._replace(type=world.log.types["consume"]))
    failed = world.select(since._replace(type=world.log.types["error"]))
    units = sum(world.quotas[n] for n in done)
    asked = len(done) + len(failed)
    return {
        "month_req_count": len(done),
        "req_rate": 0.0,
        "month_usage": usd(world, units),
        "usage_rate": 0.0,
        "month_success_rate": round(100 * len(done) / asked, 2) if asked else 0.0,
        "predicted_days": 30,
    }


def key_used(world: World, key: Key) -> int:
    """Units charged to a key, what came back taken off."""
    return units_of(world, "consume", key.name) - units_of(world, "refund", key.name)


def quota_service(world: World, first: date | None, last: date | None) -> dict[str, Any]:
    """Balance and, where both days are given, totals by day and key, in US dollars."""
    whole = account(world)
    told: dict[str, Any] = {
        "username": whole["username"],
        "total_quota": usd(world, whole["quota"]),
        "total_used_quota": usd(world, whole["used_quota"]),
        "request_count": whole["request_count"],
        "keys": [
            {
                "name": key.name,
                "remain_quota": UNLIMITED
                if key.unlimited
                else usd(world, key.granted_units - key_used(world, key)),
                "used_quota": usd(world, key_used(world, key)),
            }
            for key in world.log.keys
        ],
    }
    if first is not None and last is not None:
        told["daily_quota"] = days(world, first, last)
    return told


def days(world: World, first: date, last: date) -> dict[str, list[dict[str, Any]]]:
    """Consume rows by day and key; whether refunds come off is not public, here they do not."""
    zone = timezone(timedelta(hours=world.scenario.day_zone_hours))
    told: dict[str, list[dict[str, Any]]] = {}
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        opens = int(datetime.combine(day, time(), zone).timestamp())
        of_day = Wanted(first=opens, last=opens + DAY - 1, type=world.log.types["consume"])
        told[day.isoformat()] = [
            {
                "token_name": key.name,
                "quota_used": usd(world, sum(world.quotas[n] for n in chosen)),
                "request_count": len(chosen),
            }
            for key in world.log.keys
            if (chosen := world.select(of_day._replace(key=key.name)))
        ]
    return told


def top_ups(world: World) -> list[dict[str, Any]]:
    """Orders that were paid, newest first; the credit can be more than the money."""
    account_ = world.invented.account
    found = []
    for n in range(CREDIT, len(world.times), BLOCK):
        told = credit_of(n // BLOCK)
        if told is None or not told.paid or not world.there(n):
            continue
        bits = world.hidden_bits(n)
        found.append(
            {
                "id": n,
                "user_id": account_["id"],
                "email": account_["email"],
                "money": float(told.paid),
                "amount": told.usd,
                "trade_no": f"USR{account_['id']}NO{bits % 10**10:010d}",
                "payment_intent_id": f"pi_{bits:016x}{n:08x}",
                "payment_channel": "stripe",
                "create_time": world.times[n],
                "status": "success",
                "is_auto_top_up": False,
            }
        )
    return found[::-1]


def tasks(world: World) -> list[dict[str, Any]]:
    """Tasks that were submitted, newest first, and how they ended."""
    found = []
    for n in range(TASK, len(world.times), BLOCK):
        if not world.there(n):
            continue
        row = world.row(n)
        settling = n - TASK + SETTLED_AFTER * BLOCK + SETTLED
        settled = settling < len(world.times) and world.there(settling)
        ended = world.row(settling) if settled else None
        failed = ended is not None and ended.role == "refund"
        status = "IN_PROGRESS" if ended is None else "FAILURE" if failed else "SUCCESS"
        found.append(
            {
                "created_at": row.at,
                "platform": "sora",
                "task_id": world.log.task_id(row),
                "action": "generate",
                "status": status,
                "model_name": world.log.models[row.model].id,
                "progress": "100%" if settled else "50%",
                "quota": row.quota,
                "submit_time": row.at,
                "finish_time": ended.at if ended is not None else 0,
            }
        )
    return found[::-1]
