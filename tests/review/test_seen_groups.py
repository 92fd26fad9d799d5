"""What earlier runs leave for a run: ages, and accepted money that counts once a day (A6, A9)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from tieout.calendar import instant_text, parse_period
from tieout.close.seen_groups import SeenGroups, groups_seen_by, seen_before
from tieout.errors import IntegrityRefused
from tieout.evidence.documents import Run
from tieout.evidence.store import EvidenceStore

NOW = datetime(2026, 10, 2, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore.create(tmp_path / "evidence", tmp_path / "witness", "origin")


def run_of(store: EvidenceStore, label: str, **seen: str) -> Run:
    """A run of a period that saw these groups first at those instants."""
    period = parse_period(label, "UTC")
    left = SeenGroups(
        (label, instant_text(period.start), instant_text(period.end)), instant_text(NOW), (), seen
    )
    return Run(
        run_id=f"run-{label}", period=label, as_of=instant_text(NOW), decision="hold",
        result_digest="", manifest_object="", folder="", calculation_version="v1", operator="AB",
        groups_object=store.put(left.encoded()),
    )  # fmt: skip


def counted(store: EvidenceStore, period: str, *labels: str) -> list[str]:
    runs = [run_of(store, label) for label in labels]
    before = seen_before(store, runs, parse_period(period, "UTC"))
    return [one.period[0] for one in before.others]


@pytest.mark.parametrize(
    ("labels", "kept"),
    [
        ((), []),
        (("2026-08", "2026-07"), ["2026-07", "2026-08"]),
        # Of a month and its days the month counts, and no day of the period itself.
        (("2026-08-03", "2026-08", "2026-08-04"), ["2026-08"]),
        (("2026-08-03", "2026-08-04"), ["2026-08-03", "2026-08-04"]),
        (("2026-09", "2026-09-10", "2026-08"), ["2026-08"]),
        (("2026-08-01/2026-09-15", "2026-08"), ["2026-08"]),
        (("2026-07-15/2026-08-15", "2026-08-01/2026-08-20"), ["2026-07-15/2026-08-15"]),
    ],
)
def test_no_day_is_counted_twice(
    store: EvidenceStore, labels: tuple[str, ...], kept: list[str]
) -> None:
    assert counted(store, "2026-09", *labels) == kept


def test_the_newest_run_of_the_period_remembers_every_group_it_ever_had(
    store: EvidenceStore,
) -> None:
    runs = [
        run_of(store, "2026-09", a="2026-10-01T00:00:00Z"),
        run_of(store, "2026-09", a="2026-10-01T00:00:00Z", b="2026-10-02T00:00:00Z"),
        run_of(store, "2026-08", c="2026-09-01T00:00:00Z"),
    ]
    before = seen_before(store, runs, parse_period("2026-09", "UTC"))
    assert dict(before.first_seen) == {"a": "2026-10-01T00:00:00Z", "b": "2026-10-02T00:00:00Z"}


def test_a_run_made_before_groups_were_kept_leaves_nothing(store: EvidenceStore) -> None:
    old = msgspec.structs.replace(run_of(store, "2026-09"), groups_object="")
    assert groups_seen_by(store, old) is None
    assert seen_before(store, [old], parse_period("2026-09", "UTC")).first_seen == {}


def test_groups_that_cannot_be_read_refuse_the_run(store: EvidenceStore) -> None:
    broken = msgspec.structs.replace(run_of(store, "2026-09"), groups_object=store.put(b"{}"))
    with pytest.raises(IntegrityRefused) as refused:
        groups_seen_by(store, broken)
    assert refused.value.code == "RUN_GROUPS"
