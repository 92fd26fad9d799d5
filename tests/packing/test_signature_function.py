"""The signature function of the stand-alone verifier: RFC 8032, and the library we sign with."""

from __future__ import annotations

import random
from types import ModuleType

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

# RFC 8032, section 7.1: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]
ORDER = 2**252 + 27742317777372353535851937790883648493
P = 2**255 - 19
# The points of small order, in their one spelling.
SMALL = [
    (1).to_bytes(32, "little"),
    (P - 1).to_bytes(32, "little"),
    (0).to_bytes(32, "little"),
    (1 << 255).to_bytes(32, "little"),
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"),
]
# Points with a second spelling: y and y + p are the same field element.
SECOND_SPELLINGS = [
    ((y + P) | sign << 255).to_bytes(32, "little") for y in range(19) for sign in (0, 1)
]


def library(public: bytes, message: bytes, signature: bytes) -> bool:
    """What the library says of a signature."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@pytest.mark.parametrize("number", range(3))
def test_the_vectors_of_the_standard_are_signed(verifier: ModuleType, number: int) -> None:
    public, message, signature = (bytes.fromhex(text) for text in VECTORS[number])
    assert verifier.is_signed(public, message, signature)
    assert not verifier.is_signed(public, message + b"x", signature)


def test_function_and_library_agree_on_good_and_changed_signatures(verifier: ModuleType) -> None:
    rng = random.Random(8032)  # noqa: S311 - the same cases each time
    judged = []
    for _ in range(24):
        key = Ed25519PrivateKey.from_private_bytes(rng.randbytes(32))
        public = key.public_key().public_bytes_raw()
        message = rng.randbytes(rng.randint(0, 200))
        good = key.sign(message)
        at = rng.randrange(64)
        bent = good[:at] + bytes([good[at] ^ 1 << rng.randrange(8)]) + good[at + 1 :]
        scalar = int.from_bytes(good[32:], "little")
        longer = good[:32] + (scalar + ORDER).to_bytes(32, "little")
        for signature in (good, bent, longer, good[:63], good + b"\0", rng.randbytes(64)):
            said = library(public, message, signature)
            assert verifier.is_signed(public, message, signature) == said
            judged.append(said)
    assert judged.count(True) == 24


def test_function_and_library_agree_on_points_of_small_order(verifier: ModuleType) -> None:
    rng = random.Random(25519)  # noqa: S311 - the same cases each time
    accepted = 0
    for public in SMALL:
        for commitment in SMALL:
            signature = commitment + (0).to_bytes(32, "little")
            message = rng.randbytes(16)
            said = library(public, message, signature)
            assert verifier.is_signed(public, message, signature) == said
            accepted += said
    # A key of small order signs anything; that is why nobody may enrol one.
    assert accepted > 0


def test_a_second_spelling_of_a_commitment_is_refused_by_both(verifier: ModuleType) -> None:
    for public in SMALL:
        for commitment in SECOND_SPELLINGS:
            signature = commitment + (0).to_bytes(32, "little")
            assert not library(public, b"m", signature)
            assert not verifier.is_signed(public, b"m", signature)


def test_a_second_spelling_of_a_key_is_refused(verifier: ModuleType) -> None:
    """Stricter than the library: a key with two spellings would be two ids for one person."""
    for public in SECOND_SPELLINGS:
        for commitment in SMALL:
            assert not verifier.is_signed(public, b"m", commitment + (0).to_bytes(32, "little"))
