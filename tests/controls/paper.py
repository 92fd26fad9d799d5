"""A paper office: the real rules and the real signatures over a log in memory, and runs for free.

A run costs seconds, and a search of the ways to a closed period needs thousands of them. Here a run
takes its manifest from a real one, and its report says what the rulings of the log make of it; the
actions that sign, close and reopen are those of the product.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import msgspec

from tests.controls.office import AS_OF, PERIOD, for_paper, key_of, person
from tieout.actions import signing_off
from tieout.actions.people import withdraw_ruling
from tieout.calendar import instant_text
from tieout.close.manifest import LogCheckpoint, Manifest, canonical_json
from tieout.evidence.canonical import canonical, plain_document, sha256
from tieout.evidence.checkpoint import NO_ENTRY, Checkpoint
from tieout.evidence.documents import KINDS, Run
from tieout.evidence.log import Entry, EvidenceLog
from tieout.evidence.records import append, imports, runs
from tieout.evidence.store import EvidenceStore
from tieout.people.record import countersign, record_ruling, rulings_of
from tieout.people.replay import Ruling
from tieout.people.ruling import (
    Adjustment,
    Assignment,
    ChecklistAnswer,
    Closing,
    Comment,
    Disposition,
    Enrolment,
    GroupScope,
    Reopening,
    RulingDocument,
    SignOff,
    Withdrawal,
)
from tieout.review.makers import group_ids
from tieout.workspace.layout import Workspace

GROUP = "g-1a2b3c4d"
_SCOPE = GroupScope("wrong_unit", "source", "proved", "aster-1", "search", None, "USD")


class PaperStore(EvidenceStore):
    """The store of a real office, and what is put beside it in memory."""

    def __init__(self, root: Path) -> None:
        """Begin with a store that is only read."""
        super().__init__(root)
        self.held: dict[str, bytes] = {}

    def put(self, content: bytes) -> str:
        """Keep bytes in memory."""
        digest = sha256(content)
        self.held[digest] = content
        return digest

    def get(self, digest: str) -> bytes:
        """What was put here, or what the office has."""
        return self.held[digest] if digest in self.held else super().get(digest)


class PaperLog(EvidenceLog):
    """A log in memory, chained like the real one."""

    def __init__(self, root: Path, entries: tuple[Entry, ...], origin: str) -> None:
        """Begin with the entries of a real log."""
        super().__init__(root, root)
        self.held, self.origin = entries, origin

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else is here."""
        yield

    def verified(self) -> tuple[tuple[Entry, ...], Checkpoint]:
        """The entries with their checkpoint."""
        last = self.held[-1]
        return self.held, Checkpoint(last.seq, last.digest, last.at, self.origin)

    def append(self, kind: str, body: Any, at: datetime) -> Entry:
        """Add one entry."""
        previous = self.held[-1].digest if self.held else NO_ENTRY
        plain = plain_document(body)
        seq, moment = len(self.held) + 1, instant_text(at)
        digest = sha256(canonical([seq, moment, kind, plain, previous]))
        entry = Entry(seq, moment, kind, plain, previous, digest)
        self.held = (*self.held, entry)
        return entry


class PaperWorkspace(Workspace):
    """A real workspace with store and log in memory."""

    paper_store: PaperStore
    paper_log: PaperLog

    @cached_property
    def store(self) -> EvidenceStore:
        """The store in memory."""
        return self.paper_store

    @cached_property
    def log(self) -> EvidenceLog:
        """The log in memory."""
        return self.paper_log


@cache
def _real() -> tuple[Workspace, Manifest, dict[str, Any], Path]:
    """The office before its first run, with the manifest and the report of that run."""
    workspace = Workspace.open(for_paper())
    (record,) = runs(workspace.log)
    manifest = msgspec.json.decode(workspace.store.get(record.manifest_object), type=Manifest)
    report = msgspec.json.decode((workspace.root / record.folder / "report.json").read_bytes())
    return workspace, manifest, report, workspace.root


@dataclass
class Paper:
    """One state of the paper office.

    Attributes:
        workspace: where the actions look.
        has_group: whether the books hold a variance that somebody has to decide about.
        minutes: how late it is.
    """

    workspace: PaperWorkspace
    has_group: bool
    minutes: int = 0

    def copy(self) -> Paper:
        """The same state, to go another way from it."""
        return Paper(
            _paper(self.log.held, self.workspace.paper_store), self.has_group, self.minutes
        )

    @property
    def log(self) -> PaperLog:
        """Its log."""
        return self.workspace.paper_log

    @property
    def now(self) -> datetime:
        """The time, which never stands still."""
        return AS_OF + timedelta(minutes=self.minutes)

    @property
    def run_id(self) -> str:
        """The newest run of the day."""
        return runs(self.log)[-1].run_id

    def run(self) -> Run:
        """A run of the day: approve where every item is answered and every group decided."""
        _, manifest, real, _ = _real()
        signed = rulings_of(self.log)
        report = copy.deepcopy(real)
        answers = [one.document for one in signed.of(ChecklistAnswer)]
        if answers:
            report["checklist"][2]["answer"] = answers[-1].answer  # type: ignore[union-attr]
        if self.has_group:
            decided = any(GROUP in group_ids(one.document) for one in signed.of(Disposition))
            report["summary"]["groups"] = [_group("accepted" if decided else "open")]
        waits = [g for g in report["summary"]["groups"] if g["status"] == "open"]
        holds = waits or report["checklist"][2]["answer"] != "yes"
        decision = "investigate" if holds else "approve"
        report["reasons"] = ["Something is open."] if holds else ["All ties out."]
        return self._publish(manifest, report, decision)

    def _publish(self, manifest: Manifest, report: dict[str, Any], decision: str) -> Run:
        store = self.workspace.paper_store
        content, size = canonical_json(report), len(self.log.held)
        place = f"runs/paper/{sha256(content)[:12]}"
        path = self.workspace.root / place / "report.json"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        run_id = sha256(canonical([size, place]))[:12]
        earlier = [one.run_id for one in runs(self.log)]
        stored = msgspec.structs.replace(
            manifest,
            run_id=run_id,
            as_of=instant_text(self.now),
            imports=imports(self.log),
            checkpoint=LogCheckpoint(
                "paper", size, self.log.held[-1].digest, "2026-08-05T09:00:00Z"
            ),
            decision=decision,
        )
        record = Run(
            run_id=run_id, period=PERIOD, as_of=instant_text(self.now), decision=decision,  # type: ignore[arg-type]
            result_digest=stored.result_digest, manifest_object=store.put(stored.encoded()),
            folder=place, calculation_version="v1", operator="job",
            supersedes=earlier[-1] if earlier else "",
            artifacts_object=store.put(canonical_json({"report.json": sha256(content)})),
        )  # fmt: skip
        append(self.log, record, self.now)
        return record

    def bring(self) -> None:
        """A file with a record nobody can read, so that it may be about any day."""
        one = imports(self.log)[-1]
        late = msgspec.structs.replace(
            one, import_id=f"late-{len(self.log.held)}", sha256=f"{len(self.log.held):064}",
            quarantined=1, recorded_at="",
        )  # fmt: skip
        append(self.log, late, self.now)

    def rule(self, document: RulingDocument, name: str, key: str = "") -> Ruling:
        """A ruling recorded without the guard of any command."""
        return record_ruling(self.log, document, key_of(key or name), self.now)

    def answer(self, name: str, said: str = "yes") -> None:
        """An answer to the item that the machine left open."""
        self.rule(ChecklistAnswer(PERIOD, 3, said, "read it", "0" * 64), name)  # type: ignore[arg-type]

    def sign(self, name: str, signed_as: signing_off.SignedAs, key: str = "") -> None:
        """The newest run, signed by the command."""
        seen = signing_off.show_approval(self.workspace).facts
        signing_off.sign_run(
            self.workspace, self.run_id, signed_as=signed_as, digest=seen.content.digest,
            key=key_of(key or name), at=self.now,
        )  # fmt: skip

    def forge_sign(self, name: str, signed_as: signing_off.SignedAs) -> None:
        """The newest run, signed around the command."""
        facts = signing_off.show_approval(self.workspace).facts
        content = facts.content
        self.rule(
            SignOff(
                PERIOD, self.run_id, signed_as, content.digest, content.result_digest,
                dict(content.input_digests), facts.exceptions, content.policy_version,
                content.policy_object, content.open_items,
            ),
            name,
        )  # fmt: skip

    def close(self, name: str) -> None:
        """The day, closed by the command."""
        signing_off.close_period(self.workspace, PERIOD, key=key_of(name), at=self.now)

    def forge_close(self, name: str) -> None:
        """The day, closed around the command."""
        facts = signing_off.show_approval(self.workspace).facts
        _, start, end = facts.manifest.period
        document = Closing(PERIOD, self.run_id, facts.content.digest, start, end, facts.imports)
        self.rule(document, name)

    def reopen(self, name: str) -> None:
        """The day, to be reopened."""
        shown = self.workspace.root / "mapping.csv"
        signing_off.reopen_period(
            self.workspace, PERIOD, reason="late", evidence=[shown], key=key_of(name), at=self.now
        )

    def forge_reopen(self, name: str) -> None:
        """The day, to be reopened, asked around the command."""
        shown = self.workspace.store.put(b"a mail")
        self.rule(Reopening(PERIOD, "late", (shown,), ("mail.txt",)), name)

    def countersign(self, name: str) -> None:
        """The oldest ruling that waits, signed by one more."""
        waiting = rulings_of(self.log).waiting
        oldest = waiting[0].ruling_id if waiting else "0" * 12
        countersign(self.log, oldest, key_of(name), self.now)

    def withdraw(self, name: str) -> None:
        """The oldest ruling that waits, taken back."""
        waiting = rulings_of(self.log).waiting
        oldest = waiting[0].ruling_id if waiting else "0" * 12
        withdraw_ruling(self.workspace, oldest, reason="so", key=key_of(name), at=self.now)

    def forge_withdraw(self, name: str) -> None:
        """The oldest ruling there is, taken back around the command."""
        self.rule(Withdrawal(rulings_of(self.log).rulings[0].entry, "so"), name)

    def adjust(self, name: str) -> None:
        """A manual adjustment, which waits for its checker."""
        shown = self.workspace.store.put(b"a mail")
        self.rule(Adjustment(PERIOD, "1", "USD", name, "why", (shown,), ("mail.txt",)), name)

    def remark(self, name: str) -> None:
        """A comment."""
        self.rule(Comment(PERIOD, GROUP, "seen"), name)

    def own(self, name: str) -> None:
        """The group has an owner."""
        self.rule(_assignment(), name)

    def decide(self, name: str, *, evidence: bool = True) -> None:
        """The group is accepted."""
        shown = (self.workspace.store.put(b"a page"),) if evidence else ()
        self.rule(_disposition(shown), name)

    def enrol(self, name: str, *roles: Any, key: str = "") -> None:
        """Other roles or another key for a person, by whoever may."""
        asked = self.rule(Enrolment(person(name, *roles, key=key), "a change"), "AB")
        if not asked.is_in_force:
            countersign(self.log, asked.ruling_id, key_of("EF"), self.now)


def begun(*, has_group: bool = False, ran: bool = True) -> Paper:
    """The paper office after its first run, or before it."""
    workspace, _, _, root = _real()
    entries, checkpoint = workspace.log.verified()
    store = PaperStore(root / "evidence")
    first = tuple(one for one in entries if one.kind != KINDS[Run])
    log = PaperLog(root / "evidence", first, checkpoint.origin)
    paper = Paper(_with(log, store), has_group)
    if ran:
        paper.run()
    return paper


def _paper(entries: tuple[Entry, ...], store: PaperStore) -> PaperWorkspace:
    workspace, _, _, root = _real()
    return _with(PaperLog(root / "evidence", entries, workspace.log.checkpoint().origin), store)


def _with(log: PaperLog, store: PaperStore) -> PaperWorkspace:
    workspace, *_ = _real()
    found = PaperWorkspace(workspace.root, workspace.settings, workspace.settings_content)
    object.__setattr__(found, "paper_store", store)
    object.__setattr__(found, "paper_log", log)
    return found


def _group(status: str) -> dict[str, Any]:
    return {
        "group_id": GROUP, "bucket": "source", "cause": "wrong_unit", "title": "a wrong unit",
        "proof": "proved", "lines": 1, "net": "0.1", "gross": "0.1", "currency": "USD",
        "status": status, "first_day": "2026-08-03", "last_day": "2026-08-03",
    }  # fmt: skip


def _assignment() -> Assignment:
    return Assignment(PERIOD, (GROUP,), "AB")


def _disposition(shown: tuple[str, ...]) -> Disposition:
    seen = {"group_id": GROUP, "group_digest": "0" * 64, "scope": _SCOPE, "net": "1", "gross": "1"}
    said: dict[str, Any] = {
        "period": PERIOD, "disposed": "accepted", "reason": "small", "evidence_objects": shown,
        "evidence_names": ("page.html",) * len(shown),
    }  # fmt: skip
    return msgspec.convert(
        {"is": "disposition", **plain_document(said), "groups": [plain_document(seen)]}, Disposition
    )
