"""Certificates that are in order and such that are not, made anew for each run."""

from __future__ import annotations

import ssl
import warnings
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.fetching.loopback import NAME, authority, good_context, trust_folder

_DAY = timedelta(days=1)


@lru_cache(maxsize=16)
def context_of(kind: str) -> ssl.SSLContext:
    """What a server of that kind shows."""
    if kind == "good":
        return good_context(NAME)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    now = datetime.now(UTC)
    if kind == "expired":
        past = authority().issue_cert(NAME, not_before=now - 9 * _DAY, not_after=now - _DAY)
        past.configure_cert(context)
    elif kind == "other name":
        authority().issue_cert("other.example.com").configure_cert(context)
    elif kind == "unknown":
        trustme.CA().issue_cert(NAME).configure_cert(context)
    elif kind == "self-signed":
        context.load_cert_chain(_self_signed(now))
    elif kind == "revoked":
        revoked_leaf().configure_cert(context)
    else:
        authority().issue_cert(NAME).configure_cert(context)
        # The library refuses these versions unless its level of security is lowered.
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
            versions = {"1.0": ssl.TLSVersion.TLSv1, "1.1": ssl.TLSVersion.TLSv1_1}
            context.maximum_version = versions[kind]
    return context


@lru_cache(maxsize=1)
def revoked_leaf() -> trustme.LeafCert:
    """A certificate that its authority takes back."""
    return authority().issue_cert(NAME)


@lru_cache(maxsize=1)
def trust_with_revocations() -> Path:
    """The authority together with its list of revoked certificates."""
    mine = x509.load_pem_x509_certificate(authority().cert_pem.bytes())
    private = serialization.load_pem_private_key(authority().private_key_pem.bytes(), None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    leaf = x509.load_pem_x509_certificate(revoked_leaf().cert_chain_pems[0].bytes())
    now = datetime.now(UTC)
    entry = x509.RevokedCertificateBuilder(leaf.serial_number, now - _DAY).build()
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(private.public_key())
    revocations = (
        x509.CertificateRevocationListBuilder(mine.subject, now - _DAY, now + _DAY)
        .add_revoked_certificate(entry)
        .add_extension(identifier, critical=False)
        .add_extension(x509.CRLNumber(1), critical=False)
        .sign(private, hashes.SHA256())
    )
    path = Path(trust_folder().name) / "authority-with-revocations.pem"
    pem = revocations.public_bytes(serialization.Encoding.PEM)
    path.write_bytes(authority().cert_pem.bytes() + pem)
    return path


def _self_signed(now: datetime) -> Path:
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    certificate = (
        x509.CertificateBuilder(name, name, private.public_key(), 1, now - _DAY, now + _DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(private, hashes.SHA256())
    )
    path = Path(trust_folder().name) / "self-signed.pem"
    path.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path
