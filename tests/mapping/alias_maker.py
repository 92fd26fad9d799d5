"""Aliases with their labels: names as people and gateways write them, made from ids by rule.

Four styles: dated, prefixed, like a deployment, and written otherwise. The rules and the words are
the maker's own: nothing here reads what the suggestions know.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

FAMILIES = ("aster", "beryl", "cobalt", "dahlia", "ember", "fjord", "garnet", "heron")
SIZES = ("mini", "nano", "large", "pro", "flash", "lite")
STAGES = ("prod", "dev", "stg", "test", "uat", "qa", "staging", "production")
PLACES = (
    "eastus", "eastus2", "westus3", "swedencentral", "westeurope", "uksouth", "us-east-1",
    "eu-west-3", "ap-southeast-2", "us-central1", "europe-west4", "francecentral",
)  # fmt: skip
TEAMS = ("search", "billing", "helpdesk", "growth", "crm", "docs", "ml", "ops")
HOUSES = ("northwind", "contoso", "brightlake", "tallgrass", "quartzworks")
ROADS = ("openroad", "relay", "hub", "switchboard")


@dataclass(frozen=True, slots=True)
class Labelled:
    """An alias, the id it was made from, and its style."""

    style: str
    alias: str
    source_model_id: str


def invented_ids() -> list[str]:
    """A catalogue of ids as catalogues are: sizes, versions, dates, publishers, revisions."""
    found: list[str] = []
    for place, family in enumerate(FAMILIES):
        for version in ("1", "2", "2.5", "3"):
            found += [f"{family}-{version}", f"{family}-{version}-{SIZES[place % 6]}"]
        found += [
            f"{family}-2.5-{SIZES[(place + 1) % 6]}-2025-0{1 + place}-1{place}",
            f"{family}-3-{SIZES[(place + 2) % 6]}-20250{1 + place}2{place}",
            f"{family}-embed-v{1 + place % 3}",
            f"{HOUSES[place % 5]}/{family.title()}-{7 * (place + 1)}B-Instruct",
            f"{HOUSES[place % 5]}.{family}-{place + 4}-base-v1:0",
        ]
    return sorted(found)


def labelled(ids: Sequence[str], count: int, seed: int) -> list[Labelled]:
    """So many aliases, a quarter of each style; none is an id itself, none stands twice."""
    order = random.Random(seed)  # noqa: S311 - repeatable, not secret
    found: dict[str, Labelled] = {}
    styles = tuple(_STYLES.items())
    known = set(ids)
    while len(found) < count:
        style, make = styles[len(found) % len(styles)]
        one = order.choice(ids)
        alias = make(one, order)
        if alias not in known and alias not in found:
            found[alias] = Labelled(style, alias, one)
    return list(found.values())


def _dated(one: str, order: random.Random) -> str:
    """A date more, another spelling of the date, or none."""
    year, month, day = order.choice((2024, 2025)), order.randint(1, 12), order.randint(1, 28)
    bare = re.sub(r"[-@]?(20\d{2}-\d{2}-\d{2}|20\d{6})", "", one)
    if bare != one:
        tight = re.sub(r"(20\d{2})-(\d{2})-(\d{2})", r"\1\2\3", one)
        return order.choice((bare, f"{bare}-latest", tight))
    stamp = order.choice(
        (
            f"-{year}-{month:02}-{day:02}", f"-{year}{month:02}{day:02}",
            f"@{year}{month:02}{day:02}", f"-{month:02}{day:02}", f"-{year % 100}{month:02}",
            "-latest",
        )
    )  # fmt: skip
    return f"{one}{stamp}"


def _prefixed(one: str, order: random.Random) -> str:
    """What a publisher, a gateway or a cloud puts before a name."""
    house, road = order.choice(HOUSES), order.choice(ROADS)
    before = order.choice(
        (f"{house}/", f"{road}/{house}/", f"{house}.", f"{house}-", f"us.{house}.",
         f"{road}:{house}/",
         "models/", f"{house}_")
    )  # fmt: skip
    return before + one.rpartition("/")[2]


def _deployment(one: str, order: random.Random) -> str:
    """What a team calls the deployment of a model."""
    bare = one.rpartition("/")[2]
    stage, place, team = order.choice(STAGES), order.choice(PLACES), order.choice(TEAMS)
    return order.choice(
        (
            f"{stage}-{bare}-{place}", f"{bare}-{stage}", f"{team}-{bare}-{stage}",
            f"{team}-{stage}-{bare}", f"{place}-{bare}", f"{bare}-{place}-{stage}",
            f"{stage}_{bare.replace('-', '_')}", f"{bare}-deployment", f"{team}-{bare}-{place}",
        )
    )  # fmt: skip


def _otherwise(one: str, order: random.Random) -> str:
    """Other capital letters, other separators, or the words in another order."""
    bare = one.rpartition("/")[2]
    words = bare.split("-")
    turned = "-".join([words[0], *words[:0:-1]]) if len(words) == 3 else bare.upper()
    return order.choice(
        (
            one.upper(), one.title(), one.swapcase(), bare.replace("-", "_"),
            bare.replace("-", " "),
            bare.replace("-", ""), bare.replace(".", "-"), bare.replace(".", "").upper(), turned,
        )
    )  # fmt: skip


_STYLES: dict[str, Callable[[str, random.Random], str]] = {
    "dated": _dated, "prefixed": _prefixed, "deployment": _deployment, "otherwise": _otherwise,
}  # fmt: skip
