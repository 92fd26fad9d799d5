"""A person's key: Ed25519, one file each, locked with a passphrase (A3).

The file is the PEM form that every common tool reads. What is enrolled is the public half; its id
is the SHA-256 of the 32 public bytes, so that a key cannot have two names.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from tieout.errors import ApprovalRefused, InputRefused

PASSPHRASE_LENGTH: Final = 12
_RAW: Final = (serialization.Encoding.Raw, serialization.PublicFormat.Raw)
_PUBLIC_BYTES: Final = 32
_PRIME: Final = 2**255 - 19
# The y of every point of small order on the curve: such a key takes any signature for its own.
_SMALL_ORDER: Final = frozenset({
    0, 1, _PRIME - 1,
    0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
    0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
})  # fmt: skip
_MOST_BYTES: Final = 16_384


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key in memory; it signs, and tells nothing but its public half.

    Attributes:
        public_key: the 32 public bytes, base64.
    """

    public_key: str
    _private: Ed25519PrivateKey

    def __repr__(self) -> str:
        """The id alone, wherever somebody prints it."""
        return f"SigningKey({self.key_id[:12]})"

    @property
    def key_id(self) -> str:
        """The id of the key, 64 hexadecimal digits."""
        return key_id_of(self.public_key)

    def sign(self, content: bytes) -> str:
        """The signature of exactly these bytes, base64."""
        return base64.b64encode(self._private.sign(content)).decode("ascii")


def new_key(passphrase: str) -> tuple[SigningKey, bytes]:
    """A new key, and the file to keep it in.

    Raises:
        InputRefused: ``KEY_PASSPHRASE``: the passphrase is too short.
    """
    if len(passphrase) < PASSPHRASE_LENGTH:
        raise InputRefused(
            "KEY_PASSPHRASE",
            f"A passphrase needs at least {PASSPHRASE_LENGTH} characters.",
            remedy="Choose a longer one: whoever has the file and the passphrase signs as you.",
        )
    private = Ed25519PrivateKey.generate()
    content = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode("utf-8")),
    )
    return _held(private), content


def unlock(content: bytes, passphrase: str) -> SigningKey:
    """The key in a file.

    Raises:
        ApprovalRefused: ``KEY_LOCKED``: the passphrase does not open it, or the file is no
            passphrase-protected Ed25519 key.
    """
    try:
        private = serialization.load_pem_private_key(
            content[:_MOST_BYTES], passphrase.encode("utf-8")
        )
    except (ValueError, TypeError) as error:
        # The library's message is about the file, and never holds the passphrase; it is left out
        # all the same, for nothing in it says what to do.
        raise _locked() from error
    if not isinstance(private, Ed25519PrivateKey):
        raise _locked()
    return _held(private)


def key_id_of(public_key: str) -> str:
    """The id of a public key: the SHA-256 of its 32 bytes.

    Raises:
        InputRefused: ``KEY_FORM``: the text is no public key.
    """
    return hashlib.sha256(_public_bytes(public_key)).hexdigest()


def is_signed(public_key: str, content: bytes, signature: str) -> bool:
    """Whether a signature of these bytes is by this key."""
    try:
        said = base64.b64decode(signature, validate=True)
        Ed25519PublicKey.from_public_bytes(_public_bytes(public_key)).verify(said, content)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    # One spelling only, so that nobody can write another log with the same meaning.
    return base64.b64encode(said).decode("ascii") == signature


def _held(private: Ed25519PrivateKey) -> SigningKey:
    public = private.public_key().public_bytes(*_RAW)
    return SigningKey(base64.b64encode(public).decode("ascii"), private)


def _public_bytes(public_key: str) -> bytes:
    try:
        found = base64.b64decode(public_key, validate=True)
    except (binascii.Error, ValueError):
        found = b""
    # One spelling only: two texts for one key would be two ids for one person.
    one_spelling = base64.b64encode(found).decode("ascii") == public_key
    if len(found) != _PUBLIC_BYTES or not one_spelling or not _is_sound(found):
        raise InputRefused(
            "KEY_FORM",
            "That is no public key.",
            where=(ascii(public_key[:80]),),
            remedy="Give the line that tieout key new printed, whole.",
        )
    return found


def _is_sound(found: bytes) -> bool:
    """Whether the bytes are a point in its one form, and none that takes any signature for its own.

    The sign of x is in the last bit; what stands before it is y.
    """
    y = int.from_bytes(found, "little") & (2**255 - 1)
    return y < _PRIME and y not in _SMALL_ORDER


def _locked() -> ApprovalRefused:
    return ApprovalRefused(
        "KEY_LOCKED",
        "The key file cannot be opened.",
        remedy="Check the passphrase; a key of your own is made with: tieout key new FILE",
    )
