"""What the rules of sign-off and close need to know of a published run, from stored bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from tieout.calendar import Period
from tieout.close.manifest import Manifest
from tieout.close.sign_off import SignOffContent, exceptions_of, sign_off_content
from tieout.errors import IntegrityRefused
from tieout.evidence.canonical import parse_document, plain_document, sha256
from tieout.evidence.documents import Run
from tieout.evidence.store import EvidenceStore
from tieout.people.replay import Replay
from tieout.people.ruling import Founding, PolicyApproval
from tieout.review.makers import counted
from tieout.workspace.policy import Policy
from tieout.workspace.settings import read_settings

ReadFile = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A run as the rules see it.

    Attributes:
        record: what the log keeps of it.
        manifest: its stored manifest.
        report: its published report, compared with its digest.
        content: what there is to sign of it.
        read: how many entries of the log it read.
        exceptions: what was accepted in it.
    """

    record: Run
    manifest: Manifest
    report: Mapping[str, Any]
    content: SignOffContent
    read: int
    exceptions: tuple[str, ...]

    @property
    def period(self) -> Period:
        """The period, as the run bounded it."""
        label, start, end = self.manifest.period
        zone = self.manifest.terms.zone
        return Period(label, datetime.fromisoformat(start), datetime.fromisoformat(end), zone)

    @property
    def imports(self) -> tuple[str, ...]:
        """The imports it read."""
        return tuple(sorted(one.import_id for one in self.manifest.imports))


def run_facts(
    store: EvidenceStore, record: Run, rulings: Replay, report_bytes: ReadFile
) -> RunFacts:
    """The facts of a run.

    Args:
        store: the evidence store.
        record: the run.
        rulings: everything that people signed, of the whole log.
        report_bytes: reads the published ``report.json`` of a folder.

    Raises:
        IntegrityRefused: ``MANIFEST_FORM``, ``REPORT_FORM`` or ``EV_OBJECT``: manifest or report
            is not what was published.
    """
    manifest = stored_manifest(store, record)
    read = 0 if manifest.checkpoint is None else manifest.checkpoint.size
    report = _report(store, record, report_bytes)
    content = sign_off_content(
        manifest, report, counted(rulings, record.period, read), _policy(store, manifest, rulings)
    )
    return RunFacts(record, manifest, report, content, read, exceptions_of(report))


def stored_manifest(store: EvidenceStore, record: Run) -> Manifest:
    """The manifest of a run, from the store.

    Raises:
        IntegrityRefused: ``MANIFEST_FORM``.
    """
    content = store.get(record.manifest_object)
    try:
        return msgspec.json.decode(content, type=Manifest)
    except msgspec.MsgspecError as error:
        raise IntegrityRefused(
            "MANIFEST_FORM",
            "The stored manifest is not one this version can read.",
            where=(f"run {record.run_id}", str(error)),
            remedy="Verify with the version of Tieout that wrote the run.",
        ) from error


def _policy(store: EvidenceStore, manifest: Manifest, rulings: Replay) -> str:
    """The policy that was signed last when a run began, where the run was decided by that one.

    Its name alone proves nothing: every term that was signed must be the term of the settings, and
    a term that nobody signed must be what it is without a word.
    """
    read = 0 if manifest.checkpoint is None else manifest.checkpoint.size
    newest = [
        one.document
        for one in rulings.of(Founding, PolicyApproval)
        if one.in_force_at <= read and isinstance(one.document, Founding | PolicyApproval)
    ][-1:]
    for said in newest:
        facts = {place: store.get(digest) for place, digest in manifest.objects.vendors.items()}
        settings = read_settings(store.get(manifest.objects.settings), "settings", facts)
        used, plain = plain_document(settings.policy), plain_document(Policy())
        signed = parse_document(store.get(said.policy_object))
        if used == {**plain, **signed}:
            return said.policy_object
    return ""


def _report(store: EvidenceStore, record: Run, report_bytes: ReadFile) -> Mapping[str, Any]:
    content = report_bytes(record.folder)
    listed = msgspec.json.decode(store.get(record.artifacts_object), type=dict[str, str])
    if listed.get("report.json") != sha256(content):
        raise IntegrityRefused(
            "REPORT_FORM",
            "The report of a run is not the one that was published.",
            where=(f"run {record.run_id}: {record.folder}/report.json",),
            remedy="Restore the folder from a backup, or run the period again.",
        )
    found: Mapping[str, Any] = msgspec.json.decode(content)
    return found
