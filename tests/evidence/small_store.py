"""A small store to tamper with, and what a fresh reader makes of one."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tieout.evidence.capture import (
    Capture,
    captures,
    record_capture,
    record_declaration,
    record_import,
)
from tieout.evidence.log import EvidenceLog
from tieout.evidence.store import EvidenceStore
from tieout.evidence.verify import Checked, verify_store

NOON = datetime(2026, 8, 10, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Workspace:
    """An evidence folder and its witness under one folder; nothing is cached between calls."""

    base: Path

    @property
    def root(self) -> Path:
        return self.base / "evidence"

    @property
    def witness(self) -> Path:
        return self.base / "witness"

    @property
    def store(self) -> EvidenceStore:
        return EvidenceStore(self.root)

    @property
    def log(self) -> EvidenceLog:
        return EvidenceLog(self.root, self.witness)

    def create(self) -> Workspace:
        EvidenceStore.create(self.root, self.witness)
        return self

    def copy(self, base: Path) -> Workspace:
        shutil.copytree(self.base, base, symlinks=True)
        return Workspace(base)

    def capture(self, content: bytes, hour: int = 0) -> tuple[Capture, bool]:
        moment = NOON + timedelta(hours=hour)
        return record_capture(
            self.store,
            self.log,
            content,
            source_name="catalog",
            source_url="https://prices.example/list",
            accessed_at=moment,
            method="manual",
            operator="MK",
            format="price-list",
            original_name="prices.csv",
            at=moment,
        )

    def contents(self) -> list[bytes]:
        """The captured bytes a fresh reader sees."""
        return [self.store.get(capture.sha256) for capture in captures(self.log)]

    def verify(self) -> dict[str, Checked]:
        return {checked.name: checked for checked in verify_store(self.store, self.log)}

    def files(self) -> list[Path]:
        found = [path for path in self.base.rglob("*") if path.is_file()]
        return sorted(path for path in found if path.name != "lock")


def filled(base: Path) -> Workspace:
    """A store with two captures, a declaration and an import."""
    workspace = Workspace(base).create()
    first, _ = workspace.capture(b"model,price\nalpha,2\n")
    workspace.capture(b"model,price\nalpha,3\n", hour=1)
    record_declaration(
        workspace.store,
        workspace.log,
        first.capture_id,
        b"letter of the vendor",
        effective_from=NOON - timedelta(days=30),
        reason="prices held since July",
        declared_by="MK",
        at=NOON + timedelta(hours=2),
    )
    record_import(
        workspace.store,
        workspace.log,
        leg="usage",
        feed_name="gateway",
        feed={"format": "csv"},
        original_sha256="ab" * 32,
        size=20,
        original_name="usage.csv",
        records=b"records",
        quarantine=b"quarantine",
        records_framed=3,
        records_recounted=3,
        quarantined=1,
        operator="MK",
        at=NOON + timedelta(hours=3),
    )
    return workspace
