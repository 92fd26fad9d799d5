"""Secrets are read from where the settings say they stand, and no letter ever repeats one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.catalogue.cases_secrets import CASES, KEY, SecretCase
from tieout.actions.vendor_access import credential_for
from tieout.errors import ConfigurationRefused, ExitCode
from tieout.fetching import Credential
from tieout.workspace.layout import Workspace


def credential(case: SecretCase, folder: Path) -> tuple[Credential, tuple[str, ...]]:
    """What a workspace with these settings makes of the secret."""
    if case.content is not None:
        (folder / "token.key").write_bytes(case.content)
        (folder / "token.key").chmod(case.mode)
    Workspace.create(folder)
    settings = f'workspace = "small"\n[fetch]\n{case.settings}\n'
    (folder / "tieout.toml").write_text(settings, encoding="utf-8")
    variables = {} if case.variable is None else {"ACME_TOKEN": case.variable}
    return credential_for(
        Workspace.open(folder), "access_token", auth="X-Account: Bearer", environment=variables
    )


@pytest.mark.parametrize("case", CASES, ids=lambda one: one.id)
def test_a_secret_ends_as_the_catalogue_says(case: SecretCase, tmp_path: Path) -> None:
    if case.outcome == "configuration refused":
        with pytest.raises(ConfigurationRefused) as refused:
            credential(case, tmp_path)
        assert (refused.value.code, refused.value.exit_code) == (case.code, ExitCode.CONFIGURATION)
        assert refused.value.where == (case.place,)
        said = refused.value.letter() + repr(refused.value) + repr(refused.value.as_json())
        assert KEY not in said
        assert "5f0Aq29Lm83Zx17" not in said
        return
    found, notes = credential(case, tmp_path)
    assert found.secret.reveal() == KEY
    assert [note.partition(":")[0] for note in notes] == ([case.code] if case.code else [])
    assert KEY not in repr(found) + repr(notes)
