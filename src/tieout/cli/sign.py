"""``tieout sign``: a run, a ruling that waits for a signature, or entries on a name alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from tieout.actions.people import (
    endorse_entries,
    find_waiting,
    named_entries,
    ruling_json,
    show_ruling,
    sign_ruling,
    unsigned_json,
    withdraw_ruling,
)
from tieout.actions.policy import policy_terms
from tieout.actions.signing_off import show_approval, sign_run
from tieout.actions.start import find_workspace
from tieout.cli.approval_text import ruling_text, state_text
from tieout.cli.face import Face, Here, next_text
from tieout.cli.ruling_text import made_text, named_text, next_signature, shown_text
from tieout.cli.signing_key import signing_key
from tieout.close.approval_record import approval_record
from tieout.errors import ConfigurationRefused
from tieout.people.replay import Ruling
from tieout.signing.key import SigningKey
from tieout.workspace.layout import Workspace

SignedAs = Literal["prepared", "checked"]

app = App(
    name="sign",
    help_epilogue=(
        "Example:\n\n"
        "    tieout sign 7f3a9c12 --as prepared --digest 31047140c6ae --key mia.key\n\n"
        "A ruling that waits for you: tieout sign 5c1e90aa12bb --key cd.key\n\n"
        "Entries on a name alone:"
        ' tieout sign 0b66f1c2d3e4 8aa1c2f3e4d5 --reason "read both pages" --key ab.key\n\n'
        "Taking back what waits: tieout sign 5c1e90aa12bb --withdraw"
        ' --reason "entered twice" --key ab.key\n\n'
        "Without a key it shows what would be signed."
    ),
)


@app.default
def sign(
    name: Annotated[str, Parameter(name="NAME")],
    /,
    *more: Annotated[str, Parameter(name="MORE")],
    signed_as: Annotated[SignedAs | None, Parameter(name="--as")] = None,
    digest: str = "",
    withdraw: bool = False,
    reason: str = "",
    key: Path | None = None,
    passphrase_file: Path | None = None,
    face: Here,
) -> None:
    """Sign a run, or what waits for you in people review; without a key, show what it is.

    A run is signed as prepared first, then as checked by somebody who had no hand in it.

    Args:
        name: the id of a run, of a ruling, or of an entry on a name alone.
        more: further entries on a name alone.
        signed_as: for a run: prepared or checked.
        digest: for a run: the sign-off digest you looked at, at least its first 12 digits.
        withdraw: take back a ruling of your own that waits; it stays readable.
        reason: why you withdraw, or why entries on a name alone may stand; a ruling that is signed
            has its own reason.
        key: your key file.
        passphrase_file: a file that holds your passphrase; by default TIEOUT_PASSPHRASE, or the
            terminal.
        face: where the answer goes.
    """
    signing = _Signing(find_workspace(face.workspace), key, passphrase_file, face)
    if withdraw:
        signing.withdrawal((name, *more), reason)
    elif signed_as or digest:
        signing.run(name, signed_as, digest)
    elif more or named_entries(signing.workspace, [name], strict=False):
        signing.entries((name, *more), reason)
    elif (waiting := find_waiting(signing.workspace, name)) is not None:
        signing.ruling(waiting)
    else:
        signing.run(name, signed_as, digest)


@dataclass(frozen=True, slots=True)
class _Signing:
    """Who signs where; without a key it only shows."""

    workspace: Workspace
    key: Path | None
    passphrase_file: Path | None
    face: Face

    def _own(self) -> SigningKey:
        assert self.key is not None
        return signing_key(self.key, self.passphrase_file)

    def run(self, name: str, signed_as: SignedAs | None, digest: str) -> None:
        width = self.face.width
        if self.key is None:
            state = show_approval(self.workspace, name)
            self.face.answer(state_text(state, width), approval_record(state))
            return
        if signed_as is None:
            raise ConfigurationRefused(
                "COMMAND_LINE",
                "A run is signed as something.",
                where=(f"nothing waits for a signature under {name[:80]!a}",),
                remedy="Give --as prepared or --as checked, with the --digest you were shown.",
            )
        done = sign_run(self.workspace, name, signed_as=signed_as, digest=digest, key=self._own())
        self.face.answer(
            ruling_text(done.ruling, width) + state_text(done.state, width),
            {**ruling_json(done.ruling), "state": approval_record(done.state)},
        )

    def ruling(self, found: Ruling) -> None:
        if self.key is None:
            terms = policy_terms(self.workspace, found)
            step = next_signature(found)
            text = shown_text(found, self.face.width, terms) + (next_text(step) if step else "")
            self.face.answer(text, {**ruling_json(found), "policy": terms, "next": step})
            return
        made = sign_ruling(self.workspace, found.entry, self._own())
        self.face.answer(made_text(made, self.face.width), ruling_json(made))

    def withdrawal(self, names: tuple[str, ...], reason: str) -> None:
        if len(names) > 1:
            raise ConfigurationRefused(
                "COMMAND_LINE",
                "One ruling is withdrawn at a time.",
                where=tuple(ascii(name[:80]) for name in names[:5]),
                remedy="Name the ruling; tieout people review lists what waits.",
            )
        found = show_ruling(self.workspace, names[0])
        if self.key is None:
            step = f"tieout sign {found.ruling_id} --withdraw --reason WHY --key FILE"
            step = step if found.waits else ""
            text = shown_text(found, self.face.width) + (next_text(step) if step else "")
            self.face.answer(text, {**ruling_json(found), "next": step})
            return
        made = withdraw_ruling(self.workspace, found.entry, reason=reason, key=self._own())
        self.face.answer(made_text(made, self.face.width), ruling_json(made))

    def entries(self, names: tuple[str, ...], reason: str) -> None:
        found = named_entries(self.workspace, names)
        if self.key is None:
            ids = " ".join(one.entry[:12] for one in found)
            step = f"tieout sign {ids} --reason WHY --key FILE"
            text = named_text(found, self.face.width) + next_text(step)
            self.face.answer(text, {"entries": [unsigned_json(one) for one in found], "next": step})
            return
        every = [one.entry for one in found]
        made = endorse_entries(self.workspace, every, reason=reason, key=self._own())
        self.face.answer(made_text(made, self.face.width), ruling_json(made))
