"""Every object that an entry rests on is one the log knows of, so that a lost one is noticed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import pytest

from tests.catalogue.small_workspace import filled
from tests.crash.commands import AS_OF
from tieout.cli import main
from tieout.evidence.documents import KINDS, OBJECT_FIELDS, objects_of
from tieout.evidence.verify import references
from tieout.workspace.layout import Workspace

# The digest of a file that is not kept.
NOT_KEPT = {("import", "sha256")}
DIGEST = re.compile(r"[0-9a-f]{64}")


def test_every_field_that_names_bytes_is_known_as_one() -> None:
    forgotten = []
    for document, kind in KINDS.items():
        for field in msgspec.structs.fields(document):
            names_bytes = field.name.endswith(("sha256", "_object", "_objects"))
            if not names_bytes or (kind, field.name) in NOT_KEPT:
                continue
            value = ["ab" * 32] if field.name.endswith("_objects") else "ab" * 32
            if objects_of(kind, {field.name: value}) != ("ab" * 32,):
                forgotten.append((kind, field.name))
    assert forgotten == []
    assert all(kind in KINDS.values() for kind in OBJECT_FIELDS)


def test_a_field_without_a_value_names_nothing() -> None:
    assert objects_of("run", {"manifest_object": "", "input_objects": []}) == ()


def test_every_object_of_a_closed_period_is_one_the_log_leads_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = filled(tmp_path)
    run = ("run", "--period", "2026-08", "--as-of", AS_OF, "--by", "AB")
    assert main(["--workspace", str(root), *run]) in (0, 1, 9)
    capsys.readouterr()
    workspace = Workspace.open(root)
    entries, there = workspace.log.entries(), set(workspace.store.digests())
    assert set(references(entries)) == there
    # And the other way: no digest of a stored object stands in an entry that does not refer to it.
    for entry in entries:
        said = set(DIGEST.findall(json.dumps(entry.body))) & there
        assert said <= set(objects_of(entry.kind, entry.body)), entry.kind
