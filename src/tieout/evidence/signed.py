"""What the log keeps of a signed statement, and of a further signature under one.

The log keeps the envelope as it was signed; who may sign, and what a statement decides, is the
business of :mod:`tieout.people`.
"""

from __future__ import annotations

import msgspec

from tieout.signing.envelope import Envelope, Signature


class Signed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A statement that a person signed.

    Attributes:
        envelope: the statement's exact bytes with their signatures.
        evidence_objects: the objects the statement rests on, so that a lost one is noticed.
    """

    envelope: Envelope
    evidence_objects: tuple[str, ...] = ()


class Countersigned(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One more signature under a statement of the log.

    Attributes:
        entry: the digest of the entry that holds the statement.
        signature: a signature of the same bytes by another key.
    """

    entry: str
    signature: Signature
