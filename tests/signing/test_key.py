"""Keys: one file each, locked, readable by others' tools; one spelling for each public half."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from tieout.errors import ApprovalRefused, InputRefused
from tieout.signing.key import is_signed, key_id_of, new_key, unlock

LOCK = "a horse of twelve"
OPENSSL = shutil.which("openssl")
PEM, PKCS8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
# RFC 8032, section 7.1, the first test: the private seed, the public key, the signature of nothing.
SEED = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
SIGNED = (
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
    "d25bf5f0595bbe24655141438e7a100b"
)


def text64(digits: str) -> str:
    """Hexadecimal digits as base64."""
    return base64.b64encode(bytes.fromhex(digits)).decode()


def locked(private: ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey, passphrase: str) -> bytes:
    """A key file that another program might have written."""
    locking = serialization.BestAvailableEncryption(passphrase.encode())
    return private.private_bytes(PEM, PKCS8, locking)


def test_the_vector_of_rfc_8032_is_signed_and_verified() -> None:
    private = ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(SEED))
    key = unlock(locked(private, LOCK), LOCK)
    assert key.public_key == text64(PUBLIC)
    assert key.sign(b"") == text64(SIGNED)
    assert is_signed(key.public_key, b"", text64(SIGNED))
    assert not is_signed(key.public_key, b"x", text64(SIGNED))


def test_the_id_is_the_digest_of_the_public_bytes() -> None:
    assert key_id_of(text64(PUBLIC)) == hashlib.sha256(bytes.fromhex(PUBLIC)).hexdigest()


def test_a_key_file_opens_with_its_passphrase_alone() -> None:
    key, content = new_key(LOCK)
    assert unlock(content, LOCK).key_id == key.key_id
    for wrong in ("", LOCK + " ", LOCK.upper()):
        with pytest.raises(ApprovalRefused) as caught:
            unlock(content, wrong)
        assert caught.value.code == "KEY_LOCKED"


def test_two_new_keys_are_two_keys() -> None:
    assert new_key(LOCK)[0].key_id != new_key(LOCK)[0].key_id


@pytest.mark.parametrize("passphrase", ["", "eleven char"])
def test_a_short_passphrase_makes_no_key(passphrase: str) -> None:
    with pytest.raises(InputRefused) as caught:
        new_key(passphrase)
    assert caught.value.code == "KEY_PASSPHRASE"


def test_files_that_hold_no_locked_ed25519_key_are_refused() -> None:
    private = ed25519.Ed25519PrivateKey.generate()
    bare = private.private_bytes(PEM, PKCS8, serialization.NoEncryption())
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    for content in (
        b"",
        b"no key",
        bare,
        locked(other, LOCK),
        locked(private, "another one"),
    ):
        with pytest.raises(ApprovalRefused) as caught:
            unlock(content, LOCK)
        assert caught.value.code == "KEY_LOCKED"


def test_a_key_file_is_read_by_another_library_call() -> None:
    key, content = new_key(LOCK)
    private = serialization.load_pem_private_key(content, LOCK.encode())
    assert isinstance(private, ed25519.Ed25519PrivateKey)
    private.public_key().verify(base64.b64decode(key.sign(b"this")), b"this")


@pytest.mark.skipif(OPENSSL is None, reason="openssl is not on this machine")
def test_a_key_file_is_read_by_openssl_and_its_signature_agrees(tmp_path: Path) -> None:
    key, content = new_key(LOCK)
    (tmp_path / "key.pem").write_bytes(content)
    (tmp_path / "message").write_bytes(b"this")
    (tmp_path / "sig").write_bytes(base64.b64decode(key.sign(b"this")))
    assert OPENSSL is not None
    opened = [OPENSSL, "pkey", "-in", "key.pem", "-passin", "env:PASS", "-pubout"]
    public = subprocess.run(
        opened, cwd=tmp_path, env={"PASS": LOCK}, capture_output=True, check=True
    ).stdout
    (tmp_path / "public.pem").write_bytes(public)
    checked = subprocess.run(
        [OPENSSL, "pkeyutl", "-verify", "-pubin", "-inkey", "public.pem", "-rawin",
         "-in", "message", "-sigfile", "sig"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (checked.returncode, checked.stdout.strip()) == (0, "Signature Verified Successfully")


@pytest.mark.parametrize(
    "text",
    ["", "key", text64(PUBLIC)[:-1], text64(PUBLIC) + "\n", text64(PUBLIC + "00"), text64("00"),
     text64(PUBLIC)[:-2] + "p=", "A" * 100_000],
)  # fmt: skip
def test_a_public_key_in_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(InputRefused) as caught:
        key_id_of(text)
    assert caught.value.code == "KEY_FORM"
    assert len(caught.value.where[0]) < 200


def test_a_signature_in_another_spelling_is_none() -> None:
    good = text64(SIGNED)
    assert is_signed(text64(PUBLIC), b"", good)
    # The last digit before the padding holds four bits that say nothing.
    spelled = good[:-3] + chr(ord(good[-3]) + 1) + "=="
    assert base64.b64decode(spelled) == base64.b64decode(good)
    for other in (spelled, good + "\n", good.rstrip("="), "", "x", good[4:]):
        assert not is_signed(text64(PUBLIC), b"", other)


def test_a_key_shows_nothing_of_its_private_half() -> None:
    private = ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(SEED))
    key = unlock(locked(private, LOCK), LOCK)
    shown = f"{key} {key!r}"
    assert key.key_id[:12] in shown
    for secret in (SEED, text64(SEED), LOCK):
        assert secret not in shown


# The encodings of all points of small order, and those that are not reduced, as they are published
# for other libraries; a signature by such a key would be anybody's.
WEAK = (
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
)


@pytest.mark.parametrize("text", WEAK)
@pytest.mark.parametrize("sign", [0, 0x80])
def test_a_key_that_takes_any_signature_for_its_own_is_none(text: str, sign: int) -> None:
    content = bytearray.fromhex(text)
    content[31] |= sign
    with pytest.raises(InputRefused) as caught:
        key_id_of(base64.b64encode(content).decode("ascii"))
    assert caught.value.code == "KEY_FORM"
