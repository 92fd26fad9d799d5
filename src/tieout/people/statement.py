"""The statement that a person signs: an in-toto statement around one ruling.

It names the log it belongs to and the entry it was made after. So it stands in one place of one
log, and a copy of it anywhere else proves nothing: an old approval cannot be played again.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec

from tieout.calendar import instant_text, parse_instant
from tieout.errors import ConfigurationRefused
from tieout.evidence.canonical import canonical, parse_document, sha256
from tieout.people.ruling import (
    KIND,
    Closing,
    Disposition,
    Endorsement,
    RulingDocument,
    SignOff,
    Withdrawal,
    objects_of_ruling,
)
from tieout.signing.envelope import bad_signature

_STATEMENT: Final = "https://in-toto.io/Statement/v1"
_PREDICATE: Final = "urn:tieout:ruling:1"


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A ruling with its author and its place.

    Attributes:
        origin: which log it belongs to.
        after: the digest of the entry it was made after.
        at: when, RFC 3339 in UTC, by the clock of whoever signed first.
        by: who signed first.
        ruling: what was decided.
    """

    origin: str
    after: str
    at: str
    by: str
    ruling: RulingDocument

    def encoded(self) -> bytes:
        """The exact bytes that are signed."""
        return canonical(
            {
                "_type": _STATEMENT,
                "subject": _subjects(self.ruling),
                "predicateType": _PREDICATE,
                "predicate": {
                    **msgspec.to_builtins(self),
                    "resolvedDependencies": _dependencies(self.ruling),
                },
            }
        )


class _Wrapped(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    type_: Literal["https://in-toto.io/Statement/v1"] = msgspec.field(name="_type")
    subject: list[dict[str, Any]]
    predicateType: Literal["urn:tieout:ruling:1"]  # noqa: N815 - the name that in-toto gives it
    predicate: dict[str, Any]


def read_statement(content: bytes) -> Statement:
    """The statement in signed bytes; only its one exact form is read.

    Raises:
        IntegrityRefused: ``EV_SIGNATURE``.
    """
    try:
        wrapped = msgspec.convert(parse_document(content), _Wrapped, strict=True)
        said = {k: v for k, v in wrapped.predicate.items() if k != "resolvedDependencies"}
        statement = msgspec.convert(said, Statement, strict=True)
    except (ValueError, msgspec.ValidationError) as error:
        raise bad_signature("A signed statement has a form that is not known.") from error
    if statement.encoded() != content or not _is_instant(statement.at):
        raise bad_signature("A signed statement is not in its one exact form.")
    return statement


def _is_instant(text: str) -> bool:
    try:
        return instant_text(parse_instant(text, "at")) == text
    except ConfigurationRefused:
        return False


def _subjects(ruling: RulingDocument) -> list[dict[str, Any]]:
    """What the ruling is about, by digest: the result, the groups, or the ruling's own text."""
    if isinstance(ruling, SignOff):
        return [
            _named("sign-off", ruling.signoff_digest),
            _named(f"result of run {ruling.run_id}", ruling.result_digest),
        ]
    if isinstance(ruling, Closing):
        return [_named("sign-off", ruling.signoff_digest)]
    if isinstance(ruling, Disposition):
        return [_named(f"cause group {one.group_id}", one.group_digest) for one in ruling.groups]
    if isinstance(ruling, Endorsement):
        return [_named("entry", digest) for digest in ruling.entries]
    if isinstance(ruling, Withdrawal):
        return [_named("entry", ruling.entry)]
    return [_named(KIND[type(ruling)], _own_digest(ruling))]


def _dependencies(ruling: RulingDocument) -> list[dict[str, Any]]:
    """What it rests on: every input of a signed run, or the evidence of a ruling."""
    if isinstance(ruling, SignOff):
        return [_named(name, digest) for name, digest in sorted(ruling.input_digests.items())]
    return [_named("evidence", digest) for digest in objects_of_ruling(ruling)]


def _own_digest(ruling: RulingDocument) -> str:
    return sha256(canonical(msgspec.to_builtins(ruling)))


def _named(name: str, digest: str) -> dict[str, Any]:
    return {"name": name, "digest": {"sha256": digest}}
