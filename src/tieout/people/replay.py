"""Rulings by replay of the log: every signature checked, each ruling with who stands behind it.

A signature counts by the roster of the moment it entered the log, and order is the number of the
entry: a person enrolled later signed nothing before, and a key revoked later leaves what is in
force. A ruling that still waits loses the signature of a key that is revoked meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

import msgspec

from tieout.errors import ApprovalRefused, InputRefused
from tieout.evidence.documents import KINDS
from tieout.evidence.log import Entry
from tieout.evidence.signed import Countersigned, Signed
from tieout.people.decided import MOST_BYTES, require_texts
from tieout.people.duty import Duty, Signer, duty_of, lacking, require_duties, useful
from tieout.people.roster import Roster
from tieout.people.ruled import Ruling, Withdrawn
from tieout.people.ruling import (
    Endorsement,
    Enrolment,
    Founding,
    PolicyApproval,
    Revocation,
    RulingDocument,
    Withdrawal,
    objects_of_ruling,
)
from tieout.people.statement import read_statement
from tieout.people.unsigned import Unsigned, require_endorsable, unsigned
from tieout.people.withdrawing import require_author, require_withdrawable
from tieout.signing.envelope import bad_signature, require_signature, signers

__all__ = ["Replay", "Ruling", "replay"]

B = TypeVar("B", Signed, Countersigned)


@dataclass(slots=True)
class Replay:
    """The rulings of a log, in its order, and the roster they leave.

    Attributes:
        roster: who may sign after the last entry.
        rulings: every ruling, in force, waiting or withdrawn.
        asked: the signatures that the policy signed last asks for beyond the least, by kind.
        named: every decision of the log that stands on a name alone, by its entry, oldest first.
    """

    roster: Roster = field(default_factory=Roster)
    rulings: list[Ruling] = field(default_factory=list)
    asked: Mapping[str, Duty] = field(default_factory=dict)
    named: dict[str, Unsigned] = field(default_factory=dict)

    @property
    def in_force(self) -> tuple[Ruling, ...]:
        """The rulings that count, in the order in which they came into force."""
        return tuple(
            sorted((r for r in self.rulings if r.is_in_force), key=lambda one: one.in_force_at)
        )

    @property
    def waiting(self) -> tuple[Ruling, ...]:
        """The rulings that lack a signature and may still get it, oldest first."""
        return tuple(one for one in self.rulings if one.waits)

    def of(self, *kinds: type[RulingDocument]) -> tuple[Ruling, ...]:
        """The rulings of these kinds that count."""
        return tuple(one for one in self.in_force if isinstance(one.document, kinds))

    @property
    def policy(self) -> tuple[str, str]:
        """Digest and version of the policy that was signed last; both empty before the first."""
        for one in reversed(self.of(Founding, PolicyApproval)):
            assert isinstance(one.document, Founding | PolicyApproval)
            return one.document.policy_object, one.document.policy_version
        return "", ""

    def roster_for(self, document: RulingDocument) -> Roster:
        """Who may sign that document: those who found a workspace sign the list they stand on."""
        return Roster.of(document.people) if isinstance(document, Founding) else self.roster

    def counting(self, ruling: Ruling) -> tuple[Signer, ...]:
        """The signers of a waiting ruling whose keys still sign."""
        roster = self.roster_for(ruling.document)
        return tuple(one for one in ruling.signers if roster.holds(one.name, one.key_id))

    def require(self, document: RulingDocument) -> None:
        """Refuse a ruling that cannot stand on what was decided before, whoever signs it.

        Raises:
            ApprovalRefused: ``RULING_TEXT``, ``RULING_REASON``, ``POLICY_DUTY``,
                ``POLICY_VERSION``, ``ENDORSE_ENTRY``, ``WITHDRAW_RULING``, or a code of the roster.
        """
        require_texts(document)
        self.roster.require(document)
        if isinstance(document, Founding | PolicyApproval):
            require_duties(document.duties)
            self._require_version(document.policy_version, document.policy_object)
        if isinstance(document, Endorsement):
            require_endorsable(document, self.named, self.endorsed)
        if isinstance(document, Withdrawal):
            require_withdrawable(document, self.rulings)

    def require_author(self, document: RulingDocument, signer: Signer) -> None:
        """Refuse whoever takes back what somebody else decided; other rulings pass.

        Raises:
            ApprovalRefused: ``WITHDRAW_AUTHOR``.
        """
        if isinstance(document, Withdrawal):
            require_author(require_withdrawable(document, self.rulings), signer, self.roster)

    @property
    def endorsed(self) -> frozenset[str]:
        """The entries that two people stand behind by an endorsement in force."""
        return frozenset(
            entry
            for one in self.of(Endorsement)
            if isinstance(one.document, Endorsement)
            for entry in one.document.entries
        )

    @property
    def unsigned(self) -> tuple[Unsigned, ...]:
        """The decisions made under a name alone after people were founded, and not endorsed."""
        founded_at = next((one.in_force_at for one in self.of(Founding)), None)
        if founded_at is None:
            return ()
        endorsed = self.endorsed
        return tuple(
            one for one in self.named.values() if one.seq > founded_at and one.entry not in endorsed
        )

    def take(self, entry: Entry, origin: str) -> None:
        """Take the next entry of the log of that origin; entries of other kinds pass.

        Raises:
            IntegrityRefused: ``EV_SIGNATURE``.
        """
        try:
            if entry.kind == KINDS[Signed]:
                self._take_signed(entry, _body(entry, Signed), origin)
            elif entry.kind == KINDS[Countersigned]:
                self._take_countersigned(entry, _body(entry, Countersigned))
            elif (found := unsigned(entry)) is not None:
                self.named[entry.digest] = found
        except (ApprovalRefused, InputRefused) as refused:
            # Whoever writes refuses these before they enter the log.
            raise bad_signature(refused.what, entry.digest) from refused

    def _take_signed(self, entry: Entry, body: Signed, origin: str) -> None:
        content = body.envelope.content
        if len(content) > MOST_BYTES:
            raise bad_signature("A signed statement is larger than any ruling.", entry.digest)
        statement = read_statement(content)
        document = statement.ruling
        if (statement.origin, statement.after) != (origin, entry.previous):
            raise bad_signature("A signed statement stands where it was not signed.", entry.digest)
        if body.evidence_objects != objects_of_ruling(document):
            raise bad_signature("A signed statement rests on other objects.", entry.digest)
        roster = self.roster_for(document)
        found = tuple(
            Signer.of(roster.owner(key)) for key in signers(body.envelope, roster.signing)
        )
        if found[0].name != statement.by:
            raise bad_signature("A signed statement names another author.", entry.digest)
        self.require(document)
        self.require_author(document, found[0])
        duty = duty_of(document, self.asked)
        for place, signer in enumerate(found):
            if not useful(duty, found[:place], signer):
                raise bad_signature("Somebody signed who might not.", entry.digest)
        left = lacking(duty, found)
        self.rulings.append(Ruling(entry.digest, entry.seq, statement, content, found, duty, left))
        self._stand(len(self.rulings) - 1, entry.seq)

    def _take_countersigned(self, entry: Entry, body: Countersigned) -> None:
        place = self._place_of(body.entry)
        one = self.rulings[place]
        roster = self.roster_for(one.document)
        require_signature(one.content, body.signature, roster.signing)
        signer = Signer.of(roster.owner(body.signature.keyid))
        if any(signer.name == s.name or signer.key_id == s.key_id for s in one.signers):
            raise bad_signature("One person signed a statement twice.", entry.digest)
        self.require(one.document)
        counting = self.counting(one)
        if not useful(one.duty, counting, signer):
            raise bad_signature("Somebody signed who might not.", entry.digest)
        left = lacking(one.duty, (*counting, signer))
        self.rulings[place] = replace(one, signers=(*one.signers, signer), lacking=left)
        self._stand(place, entry.seq)

    def _place_of(self, entry: str) -> int:
        for place, one in enumerate(self.rulings):
            if one.entry == entry and one.waits:
                return place
        raise bad_signature("A signature is under a statement that is not waiting.", entry)

    def _stand(self, place: int, seq: int) -> None:
        one = self.rulings[place]
        if not one.is_in_force:
            return
        self.rulings[place] = replace(one, in_force_at=seq)
        self.roster.apply(one.document)
        if isinstance(one.document, Founding | PolicyApproval):
            self.asked = one.document.duties
        if isinstance(one.document, Enrolment | Revocation):
            self.rulings = [self._waiting_again(other) for other in self.rulings]
        if isinstance(one.document, Withdrawal):
            taken = self._place_of(one.document.entry)
            back = Withdrawn(one.entry, seq, one.statement.by, one.document.reason)
            self.rulings[taken] = replace(self.rulings[taken], withdrawn=back)

    def _waiting_again(self, one: Ruling) -> Ruling:
        """A ruling after keys changed: one that waits lacks what a revoked key had signed."""
        if not one.waits:
            return one
        return replace(one, lacking=lacking(one.duty, self.counting(one)))

    def _require_version(self, version: str, policy_object: str) -> None:
        for one in self.of(Founding, PolicyApproval):
            assert isinstance(one.document, Founding | PolicyApproval)
            said = one.document
            if said.policy_version == version and said.policy_object != policy_object:
                raise ApprovalRefused(
                    "POLICY_VERSION",
                    "Another policy of that version was signed before.",
                    where=(f"version {version[:80]!a}, signed by {', '.join(one.names)}",),
                    remedy="Give the changed policy a version of its own.",
                )


def replay(entries: Iterable[Entry], origin: str) -> Replay:
    """Every ruling of a log.

    Args:
        entries: the entries of the log, oldest first.
        origin: which log it is.

    Raises:
        IntegrityRefused: ``EV_SIGNATURE``: a statement, a signature or its place is not good, or
            somebody signed who might not.
    """
    found = Replay()
    for entry in entries:
        found.take(entry, origin)
    return found


def _body(entry: Entry, document: type[B]) -> B:
    try:
        return msgspec.convert(entry.body, document, strict=True)
    except msgspec.ValidationError as error:
        raise bad_signature(
            "An entry of the log is not a signed statement.", entry.digest
        ) from error
