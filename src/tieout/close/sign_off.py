"""The sign-off digest: what a person signs of a run (D24).

It covers every input, the result, the policy and what is open. Comments, templates, the id of the
run, seconds and the policy of another month are no part of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from tieout.close.manifest import Manifest
from tieout.evidence.canonical import canonical, sha256
from tieout.people.replay import Ruling
from tieout.review.standing import DECIDED

# What a group is; its owner, age and remarks are not.
_GROUP_FIELDS: Final = (
    "group_id", "group_digest", "bucket", "cause", "proof", "first_day", "last_day", "lines",
    "net", "gross", "currency", "status",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SignOffContent:
    """Everything that a sign-off digest covers.

    Attributes:
        input_digests: the SHA-256 of every input, by its name.
        result_digest: the digest of the result.
        policy_version: the policy the run was decided by.
        policy_object: that policy in the store, where somebody signed it; or empty.
        open_items: what is open, each with its digest.
    """

    input_digests: Mapping[str, str]
    result_digest: str
    policy_version: str
    policy_object: str
    open_items: tuple[str, ...]

    @property
    def digest(self) -> str:
        """The digest that is signed: SHA-256 of the canonical JSON of all of it."""
        return sha256(
            canonical(
                {
                    "inputs": dict(self.input_digests),
                    "result": self.result_digest,
                    "policy": {"version": self.policy_version, "object": self.policy_object},
                    "open_items": list(self.open_items),
                }
            )
        )


def sign_off_content(
    manifest: Manifest,
    report: Mapping[str, Any],
    rulings: Sequence[Ruling],
    policy_object: str,
) -> SignOffContent:
    """What there is to sign of a run.

    Args:
        manifest: its stored manifest.
        report: its published ``report.json``.
        rulings: the rulings that took part in it.
        policy_object: the policy it was decided by, where somebody signed it; or empty.
    """
    named = [*_inputs(manifest), *((f"{one.kind} {one.ruling_id}", one.entry) for one in rulings)]
    found = dict(named)
    assert len(found) == len(named), "every input has a name of its own"
    return SignOffContent(
        found, manifest.result_digest, manifest.policy_version, policy_object, tuple(_open(report))
    )


def _inputs(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Every input of a run by name: bytes by their own digest, records by that of their text."""
    objects = manifest.objects
    yield "settings", objects.settings
    yield "mapping", objects.mapping
    yield "exclusions", objects.exclusions
    for place, digest in objects.vendors.items():
        yield f"vendor facts {place}", digest
    for capture in manifest.captures:
        yield f"capture {capture.capture_id}", capture.sha256
        yield f"capture {capture.capture_id}, its record", _digest(capture)
    for one in manifest.imports:
        name = f"{one.leg} import {one.import_id}"
        yield name, one.sha256
        yield f"{name}, its records", one.records_object
        yield f"{name}, its quarantine", one.quarantine_object
        yield f"{name}, its entry", _digest(one)
    for kind, listed in (
        ("declaration", manifest.declarations),
        ("verification", manifest.verifications),
        ("contradiction", manifest.contradictions),
        ("resolution", manifest.resolutions),
        ("movement list", manifest.movement_lists),
        ("balance", manifest.balances),
        ("count list", manifest.count_lists),
        ("vendor count", manifest.vendor_counts),
    ):
        for number, record in enumerate(listed, 1):
            yield f"{kind} {number}", _digest(record)
    # What earlier runs of the period itself left decides nothing: it only dates the items.
    for left in (one for one in manifest.carried if not one.own_period):
        yield f"unmatched items of run {left.run_id}", left.items_object
    yield "period", _digest(manifest.period)
    yield "calculation", statements_digest((one.path, one.sha256) for one in manifest.statements)


def statements_digest(statements: Iterator[tuple[str, str]]) -> str:
    """The digest of a calculation: its statements in order, each by path and digest (K1, A8)."""
    return _digest([list(one) for one in statements])


def exceptions_of(report: Mapping[str, Any]) -> tuple[str, ...]:
    """What was accepted and not made to disappear, as whoever signs is shown it."""
    return tuple(
        f"{one['group_id']} {one['status']}: {one['title']},"
        f" net {one['net'] or 'unknown'} {one['currency']}"
        for one in report["summary"]["groups"]
        if one["status"] in DECIDED
    )


def _open(report: Mapping[str, Any]) -> Iterator[str]:
    for group in report["summary"]["groups"]:
        if group["status"] not in DECIDED:
            said = {name: group.get(name) for name in _GROUP_FIELDS}
            yield f"cause group {group['group_id']} {_digest(said)}"
    for item in report["checklist"]:
        if item["answer"] != "yes":
            yield f"checklist item {item['number']} {_digest([item['answer'], item['detail']])}"


def _digest(record: object) -> str:
    return sha256(canonical(msgspec.to_builtins(record)))
