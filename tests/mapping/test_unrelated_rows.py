"""A law: what is approved for another name or model changes nothing else."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.differential.random_world import random_world
from tests.properties.test_laws import differing
from tests.world import World, stated
from tieout.errors import ConfigurationRefused
from tieout.mapping.alias import Alias, read_row
from tieout.mapping.standing import SignedRow, SignedTable

LAW = settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
NAMES = st.text("abcxyz-./:é", min_size=1, max_size=12).map(lambda text: f"unseen-{text}")


@pytest.mark.law
@LAW
@given(seed=st.integers(0, 2**32), size=st.integers(0, 25), name=NAMES, target=st.booleans())
def test_an_approved_row_for_another_name_changes_nothing_else(
    seed: int, size: int, name: str, target: bool
) -> None:
    def world() -> World:
        return random_world(seed, size, two_currencies=False)

    more = world()
    known = str(more.price_sets[0]["source_model_id"]) if more.price_sets else "m"
    more.alias(name, known if target else f"{name}-target")
    more.exclude("key_name", name)
    more.estimate(name, "output_tokens", ("1", "1", "1"))
    assert differing(stated(world()), stated(more)) == []


def row(alias: str, target: str, start: str, end: str = "") -> Alias:
    """A row of the mapping."""
    fields = {
        "internal_model_alias": alias, "source_model_id": target, "pricing_unit": "1M tokens",
        "effective_from": f"2026-07-{start}T00:00:00Z",
        "effective_to": f"2026-07-{end}T00:00:00Z" if end else "",
    }  # fmt: skip
    return read_row(fields, 0, "the row")


DAYS = st.integers(1, 28).map(lambda day: f"{day:02}")
ROWS = st.builds(
    lambda alias, target, days, is_open: row(
        alias, target, min(days), "" if is_open else max(days)
    ),
    st.sampled_from(["a", "b"]),
    st.sampled_from(["x", "y"]),
    st.tuples(DAYS, DAYS),
    st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(ROWS, max_size=12))
def test_whatever_is_signed_one_name_has_one_meaning_at_one_time(rows: list[Alias]) -> None:
    table = SignedTable()
    for one in rows:
        try:
            table.require_fit([one], is_merge=False)
        except ConfigurationRefused:
            continue
        table.rows[one.decides] = SignedRow(one, None, is_merge=False)  # type: ignore[arg-type]
    kept = [one.alias for one in table.rows.values() if not one.alias.is_withdrawn]
    for hour in range(28 * 24):
        day, moment = divmod(hour, 24)
        at = row("a", "x", f"{day + 1:02}").effective_from.replace(hour=moment)
        for alias in ("a", "b"):
            holding = [
                one
                for one in kept
                if one.internal_model_alias == alias
                and one.effective_from <= at
                and (one.effective_until is None or at < one.effective_until)
            ]
            assert len(holding) <= 1
