"""Envelopes: what is signed is DSSE, to the byte, and every signature in one is good."""

from __future__ import annotations

import base64

import pytest
from msgspec.structs import replace

from tests.people.small_log import key_of
from tieout.errors import IntegrityRefused
from tieout.signing.envelope import (
    MOST_SIGNATURES,
    STATEMENT_TYPE,
    Envelope,
    Signature,
    encoded,
    seal,
    sign,
    signers,
)

KEYS = {key_of(name).key_id: key_of(name).public_key for name in ("AB", "CD")}


def test_the_published_vector_of_dsse_is_encoded() -> None:
    """The protocol page of DSSE states this text for this type and this body."""
    assert encoded("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_lengths_are_of_bytes() -> None:
    assert (
        encoded("a/\u00e9", "\u00e9\u00e9".encode()) == "DSSEv1 4 a/\u00e9 4 \u00e9\u00e9".encode()
    )
    assert encoded("", b"") == b"DSSEv1 0  0 "


def test_type_and_body_cannot_be_shifted_into_one_another() -> None:
    assert encoded("a", b"b 1 c") != encoded("a 5 b", b"c")


def test_an_envelope_is_read_as_it_was_sealed() -> None:
    made = seal(b"said", [key_of("AB"), key_of("CD")])
    assert (made.payloadType, made.content) == ("application/vnd.in-toto+json", b"said")
    assert signers(made, KEYS) == (key_of("AB").key_id, key_of("CD").key_id)


SEALED = seal(b"said", [key_of("AB")])
(ONE,) = SEALED.signatures


@pytest.mark.parametrize(
    "wrong",
    [
        replace(SEALED, payloadType="application/json"),
        replace(SEALED, payload=base64.b64encode(b"Said").decode()),
        replace(SEALED, payload=SEALED.payload + "\n"),
        replace(SEALED, payload="c2FpZB=="),
        replace(SEALED, payload="?"),
        replace(SEALED, signatures=()),
        replace(SEALED, signatures=(ONE, ONE)),
        replace(SEALED, signatures=(ONE, *(sign(b"said", key_of(str(n))) for n in range(16)))),
        replace(SEALED, signatures=(ONE, sign(b"said", key_of("EF")))),
        replace(SEALED, signatures=(Signature(key_of("EF").key_id, ONE.sig),)),
        replace(SEALED, signatures=(Signature(key_of("CD").key_id, ONE.sig),)),
        replace(SEALED, signatures=(ONE, Signature(key_of("CD").key_id, ONE.sig))),
        replace(SEALED, signatures=(sign(b"other", key_of("AB")),)),
        replace(SEALED, signatures=(Signature(ONE.keyid[:12], ONE.sig),)),
        replace(SEALED, signatures=(Signature(ONE.keyid.upper(), ONE.sig),)),
        replace(SEALED, signatures=(Signature(ONE.keyid, key_of("AB").sign(b"said")),)),
    ],
)
def test_an_envelope_with_anything_wrong_is_refused_whole(wrong: Envelope) -> None:
    with pytest.raises(IntegrityRefused) as caught:
        signers(wrong, KEYS)
    assert caught.value.code == "EV_SIGNATURE"


def test_a_thousand_signatures_are_refused_before_one_is_looked_at() -> None:
    many = replace(SEALED, signatures=tuple(Signature(str(n), "") for n in range(1000)))
    with pytest.raises(IntegrityRefused, match="too many"):
        signers(many, KEYS)
    assert len(many.signatures) > MOST_SIGNATURES


def test_the_type_of_a_statement_is_the_one_of_in_toto() -> None:
    assert STATEMENT_TYPE == "application/vnd.in-toto+json"
