"""What people decided about prices and contract items: approvals, declarations, rulings.

Documents of the log; :mod:`tieout.evidence.documents` lists all of them.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from tieout.evidence.canonical import short_id

# What may prove a contract item (C2).
Proof = Literal["capture", "agreement", "letter", "test"]


class Approval(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A later approval of a capture (D27), or of a declaration about it: then its id stands here.

    The capture and the declaration themselves stay as they were recorded.
    """

    capture_id: str
    approved_by: str
    reason: str = ""
    declaration_id: str = ""


class Declaration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Prices of a capture declared to hold over a time, with evidence and a name (D22).

    Attributes:
        capture_id: the capture whose prices are meant.
        effective_from: from this instant, RFC 3339 in UTC.
        reason: why that is so.
        evidence_sha256: the digest of the evidence, which is an object of the store.
        declared_by: who says so.
        effective_until: until this instant, not included; or empty.
        models: only these models of the capture; all of them where it is empty.
        approvals: everybody who approved it beside its author; by replay.
        set_aside: when a roll-back set it aside; by replay.
    """

    capture_id: str
    effective_from: str
    reason: str
    evidence_sha256: str
    declared_by: str
    effective_until: str = ""
    models: tuple[str, ...] = ()
    approvals: tuple[str, ...] = ()
    set_aside: str = ""

    @property
    def declaration_id(self) -> str:
        """The first 12 hexadecimal digits of a digest over what was declared, by whom and why."""
        said = [
            self.capture_id, self.effective_from, self.effective_until, list(self.models),
            self.reason, self.evidence_sha256, self.declared_by,
        ]  # fmt: skip
        return short_id(said)


class Rollback(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The price book set back to what it was; every later entry stays on record (L6).

    Attributes:
        target: a capture id: later captures of its source are set aside; or an instant: whatever
            was approved or declared after it is set aside.
        source_name: only this source; empty for all of them, with an instant.
        reason: why.
        evidence_object: the bytes that show it.
        rolled_back_by: who did it.
    """

    target: str
    source_name: str
    reason: str
    evidence_object: str
    rolled_back_by: str


class Verification(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody verified a contract item with proof of one of four kinds (C2).

    Attributes:
        vendor: whose contract it is.
        item_id: the item.
        value: what was verified, in the item's declared form.
        proof: a captured page, the agreement, a letter of the vendor, or a controlled test.
        proof_object: the bytes of the proof, which are an object of the store.
        proof_name: the name of the file, or the capture it is.
        source_url: where it is said, secrets redacted; or empty.
        verified_by: who verified it: a name, unsigned.
        verified_at: when, RFC 3339 in UTC.
        recheck_at: from when on it counts as expired; or empty.
        holds_from: from when on the fact is shown to hold; empty where it always did.
        owner: who looks after it.
        proves_not: what the proof does not prove.
    """

    vendor: str
    item_id: str
    value: str
    proof: Proof
    proof_object: str
    proof_name: str
    source_url: str
    verified_by: str
    verified_at: str
    recheck_at: str = ""
    holds_from: str = ""
    owner: str = ""
    proves_not: str = ""


class Contradiction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody showed that a contract item does not hold: what leans on it may not be used (C3).

    Attributes:
        vendor: whose contract it is.
        item_id: the item.
        reason: what contradicts it.
        evidence_object: the bytes that show it, an object of the store.
        evidence_name: the name of the file, or the capture it is.
        contradicted_by: who says so: a name, unsigned.
        contradicted_at: when, RFC 3339 in UTC.
    """

    vendor: str
    item_id: str
    reason: str
    evidence_object: str
    evidence_name: str
    contradicted_by: str
    contradicted_at: str


class SeenPrice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one source said of one model when a conflict was resolved.

    Attributes:
        source_name: the price source.
        capture_id: the capture its author looked at.
        terms_digest: digest of what the source charges: meters, rates, currency, units, meaning. A
            later capture with the same terms is the same price; with others it is not.
        said: each meter as written, with its place in the captured bytes.
    """

    source_name: str
    capture_id: str
    terms_digest: str
    said: tuple[str, ...]


class ResolvedModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One model of a resolution: the price that is kept, and the one that is not."""

    source_model_id: str
    kept: SeenPrice
    other: SeenPrice


class Resolution(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Two sources disagreed, and somebody settled which price holds, with evidence (P4).

    Attributes:
        kept_capture: the capture whose price holds.
        other_capture: the capture it disagreed with.
        models: every model it settles, bound to exactly the prices its author saw.
        evidence_sha256: the digest of the evidence, whose bytes are an object of the store.
        reason: why that price holds.
        resolved_by: who settled it; neither of the two who read the captures (A3).
    """

    kept_capture: str
    other_capture: str
    models: tuple[ResolvedModel, ...]
    evidence_sha256: str
    reason: str
    resolved_by: str
