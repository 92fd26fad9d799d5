"""The envelope of a signed statement, in the form of DSSE: type, exact bytes, signatures.

A signature covers the type and the bytes, so that nothing has to be written again before it is
checked, and the bytes that were verified are the bytes that are read.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from tieout.errors import IntegrityRefused
from tieout.signing.key import SigningKey, is_signed

STATEMENT_TYPE: Final = "application/vnd.in-toto+json"
MOST_SIGNATURES: Final = 16


class Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One signature, and the id of the key that is said to have made it."""

    keyid: str
    sig: str


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A payload with its signatures; the field names are those of DSSE.

    Attributes:
        payloadType: what the payload is.
        payload: the payload, base64.
        signatures: at least one, each by another key.
    """

    payloadType: str  # noqa: N815 - the name that DSSE gives it
    payload: str
    signatures: tuple[Signature, ...]

    @property
    def content(self) -> bytes:
        """The bytes that were signed, without their type.

        Raises:
            IntegrityRefused: ``EV_SIGNATURE``: they are not in their one base64 form.
        """
        try:
            found = base64.b64decode(self.payload, validate=True)
        except (binascii.Error, ValueError) as error:
            raise bad_signature("The payload of an envelope is not base64.") from error
        if base64.b64encode(found).decode("ascii") != self.payload:
            raise bad_signature("The payload of an envelope is not in its one form.")
        return found


def encoded(payload_type: str, content: bytes) -> bytes:
    """The bytes a signature is made over: DSSE's pre-authentication encoding, version 1."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(content), content)


def seal(content: bytes, keys: Iterable[SigningKey]) -> Envelope:
    """The envelope of a statement, signed by each of these keys."""
    signed = tuple(sign(content, key) for key in keys)
    assert signed, "an envelope without a signature proves nothing"
    return Envelope(STATEMENT_TYPE, base64.b64encode(content).decode("ascii"), signed)


def sign(content: bytes, key: SigningKey) -> Signature:
    """One signature of a statement."""
    return Signature(key.key_id, key.sign(encoded(STATEMENT_TYPE, content)))


def signers(envelope: Envelope, keys: Mapping[str, str]) -> tuple[str, ...]:
    """The ids of the keys that signed, in order; every signature must be good.

    Args:
        envelope: what was signed.
        keys: the public keys that may sign, by their id.

    Raises:
        IntegrityRefused: ``EV_SIGNATURE``: another type, no signature or too many, a key that may
            not sign, one key twice, or a signature of something else.
    """
    if envelope.payloadType != STATEMENT_TYPE:
        raise bad_signature("An envelope holds something else than a statement.")
    ids = [one.keyid for one in envelope.signatures]
    if not ids or len(ids) > MOST_SIGNATURES or len(set(ids)) != len(ids):
        raise bad_signature("An envelope has no signature, too many, or one key twice.")
    for one in envelope.signatures:
        require_signature(envelope.content, one, keys)
    return tuple(ids)


def require_signature(content: bytes, signature: Signature, keys: Mapping[str, str]) -> None:
    """Refuse a signature that is not of these bytes by one of these keys.

    Raises:
        IntegrityRefused: ``EV_SIGNATURE``.
    """
    public = keys.get(signature.keyid)
    if public is None or not is_signed(public, encoded(STATEMENT_TYPE, content), signature.sig):
        raise bad_signature("A signature is not by a key that may sign here.", signature.keyid)


def bad_signature(what: str, *where: str) -> IntegrityRefused:
    """The refusal of a signature, with what is wrong with it."""
    return IntegrityRefused(
        "EV_SIGNATURE",
        what,
        where=tuple(ascii(line[:80]) for line in where),
        remedy="Restore the evidence folder and the witness from the same backup.",
    )
