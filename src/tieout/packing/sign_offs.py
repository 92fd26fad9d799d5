"""Sign-offs of a run: what they cover, and that whoever made it did not check it (A3, D24)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tieout.close.manifest import Manifest
from tieout.close.sign_off import SignOffContent
from tieout.errors import IntegrityRefused
from tieout.people.duty import Signer
from tieout.people.replay import Replay, Ruling
from tieout.people.ruling import SignOff
from tieout.signing.envelope import bad_signature


def sign_offs_of(replayed: Replay, manifest: Manifest) -> tuple[str, ...]:
    """The sign-offs of a run that are in force, each as how it is signed and by whom.

    Raises:
        IntegrityRefused: ``EV_SIGNATURE``: one covers another result or other inputs, or one person
            made the run and checked it.
    """
    found = []
    signers: dict[str, list[Signer]] = {"prepared": [], "checked": []}
    needed = set(_inputs(manifest))
    last: Ruling | None = None
    for ruling in replayed.of(SignOff):
        said = ruling.document
        assert isinstance(said, SignOff)
        if said.run_id == manifest.run_id:
            if said.result_digest != manifest.result_digest:
                raise _refused(ruling, "it covers another result")
            if not needed <= set(said.input_digests.values()):
                raise _refused(ruling, "it does not cover every input")
            if _content(said).digest != said.signoff_digest:
                raise _refused(ruling, "its digest is not of what it says")
            signers[said.signed_as] += ruling.signers
            found.append(f"{said.signed_as} by {', '.join(ruling.names)}")
            last = ruling
    for maker in signers["prepared"]:
        for checker in signers["checked"]:
            if maker.name == checker.name or maker.key_id == checker.key_id:
                raise _refused(last, "maker and checker are one person")
    return tuple(found)


def _content(said: SignOff) -> SignOffContent:
    """What a sign-off covers, by its own words."""
    return SignOffContent(
        said.input_digests,
        said.result_digest,
        said.policy_version,
        said.policy_object,
        said.open_items,
    )


def _inputs(manifest: Manifest) -> Iterator[str]:
    """The digests of whatever the run read: its configuration, price sources and files."""
    objects = msgspec.to_builtins(manifest.objects)
    yield from (objects[name] for name in ("settings", "mapping", "exclusions"))
    yield from (one.sha256 for one in manifest.captures)
    yield from (one.sha256 for one in manifest.imports)


def _refused(ruling: Ruling | None, what: str) -> IntegrityRefused:
    place = f"entry {ruling.seq}: {what}" if ruling else what
    return bad_signature("A sign-off of the run does not stand.", place)
