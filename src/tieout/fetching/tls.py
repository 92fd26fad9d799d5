"""TLS 1.2 or later, a certificate of a trusted authority for that very name, and what it proved."""

from __future__ import annotations

import hashlib
import ssl
from pathlib import Path
from typing import Any, Final

from tieout.errors import CaptureRefused
from tieout.fetching.asked import TlsFacts
from tieout.fetching.wording import refused

_OLD: Final = frozenset({
    "NO_PROTOCOLS_AVAILABLE", "TLSV1_ALERT_PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL",
    "WRONG_SSL_VERSION",
})  # fmt: skip
_REVOCATIONS: Final = b"-----BEGIN X509 CRL-----"
# Where systems keep the authorities they trust, should the library not know.
_BUNDLES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)


def context_for(trust: Path | None, socket_class: type[ssl.SSLSocket]) -> ssl.SSLContext:
    """What a connection must prove.

    Built by hand: the ready-made contexts obey variables of the environment, one of which writes
    the keys of every connection to a file.

    Args:
        trust: a file of authorities to trust instead of the machine's own (PEM); revocation lists
            in it are obeyed.
        socket_class: what connections are made of.

    Raises:
        CaptureRefused: ``TLS_VERIFY``: the authorities cannot be read.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.sslsocket_class = socket_class
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    try:
        if trust is None:
            _load_own(context)
        else:
            context.load_verify_locations(cafile=trust)
            if _REVOCATIONS in trust.read_bytes():
                context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
    except OSError as error:
        raise refused("TLS_VERIFY", "The file of trusted authorities cannot be read.") from error
    return context


def _load_own(context: ssl.SSLContext) -> None:
    """The authorities of the machine, wherever variables of the environment point."""
    known = ssl.get_default_verify_paths()
    files = [path for path in (known.openssl_cafile, *_BUNDLES) if Path(path).is_file()]
    if files:
        context.load_verify_locations(cafile=files[0])
    if Path(known.openssl_capath).is_dir():
        context.load_verify_locations(capath=known.openssl_capath)


def certificate_facts(socket: ssl.SSLSocket) -> TlsFacts:
    """What the handshake of a verified connection proved."""
    certificate = socket.getpeercert()
    whole = socket.getpeercert(binary_form=True)
    cipher = socket.cipher()
    assert certificate is not None
    assert whole is not None
    assert cipher is not None
    names = certificate.get("subjectAltName", ())
    return TlsFacts(
        version=socket.version() or "",
        cipher=cipher[0],
        certificate_sha256=hashlib.sha256(whole).hexdigest(),
        subject=", ".join(str(one[1]) for one in names)[:500],
        issuer=_name(certificate.get("issuer", ())),
        not_after=str(certificate.get("notAfter", "")),
    )


def _name(parts: Any) -> str:  # noqa: ANN401 - nested pairs, as the standard library gives them
    return ", ".join(f"{key}={value}" for part in parts for key, value in part)[:500]


def handshake_refused(error: ssl.SSLError) -> CaptureRefused:
    """The letter about a handshake that failed."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return refused(
            "TLS_VERIFY", "The certificate does not prove that host.", error.verify_message[:200]
        )
    if error.reason in _OLD:
        return refused("TLS_VERSION", "The host offers no TLS 1.2 or later.")
    return refused("TLS_HANDSHAKE", "The secure connection failed.", str(error.reason)[:100])
