"""A first proposal of settings from a person's own files: ``tieout init DIR --from FILE...``.

Each line comes with its reason, each doubt with an ``UNSURE`` mark, and the whole stands under
``confirmed = false``: until a person has read it, it prices nothing. Names are compared exactly
with a table of words; a near miss is not a match.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tieout.vendors_path import VendorFacts, vendor_facts
from tieout.workspace.book_terms import starter_books
from tieout.workspace.document import read_document
from tieout.workspace.draft import Draft
from tieout.workspace.draft_feed import draft_ledger, draft_usage
from tieout.workspace.feeds import profiles
from tieout.workspace.history import History, Read, history_of
from tieout.workspace.look import Look
from tieout.workspace.policy_draft import margin_lines, policy_lines
from tieout.workspace.price_draft import is_price_list, price_list_lines, price_map_lines
from tieout.workspace.sampled import decimal_comma, filled, most_decimals, step_question, time_form
from tieout.workspace.seen import unknown_lines
from tieout.workspace.toml_text import QUESTION, comment, question, toml_text
from tieout.workspace.words import column_words, first_column, plain_name

_TOKENS: Final = ("input_tokens", "output_tokens", "requests", "seconds", "images", "characters")


@dataclass(frozen=True, slots=True)
class Proposal:
    """Proposed settings.

    Attributes:
        text: the commented ``tieout.toml``.
        files: file name to what it was taken for: usage, ledger, price list or unknown.
        unsure: how many questions a person must settle.
    """

    text: str
    files: dict[str, str]
    unsure: int


def propose(looks: Sequence[Look], name: str, vendors: VendorFacts | None = None) -> Proposal:
    """Propose settings for files that were looked at.

    Args:
        looks: exports, ledgers and price lists, in any order.
        name: the name of the workspace.
        vendors: the vendor facts with their profiles; by default those that come with Tieout.
    """
    kinds = _kinds(looks)
    blocks = _Blocks(vendor_facts() if vendors is None else vendors)
    for look, kind in zip(looks, kinds, strict=True):
        legs = [leg for leg in ("usage", "ledger") if leg in kind.split()]
        if not legs:
            blocks.other(look, kind)
        for leg in legs:
            blocks.feed(look, leg, shared=len(legs) == 2 and leg == "ledger")
    terms = _terms(blocks.drafts)
    history = history_of(blocks.read, blocks.price_lists)
    files = {look.name: kind for look, kind in zip(looks, kinds, strict=True)}
    head = _head(name, files, history)
    text = "\n".join([*head, *blocks.lines, *terms, *policy_lines(history), ""])
    return Proposal(text, files, text.count(f"\n{QUESTION}"))


class _Blocks:
    """The proposed tables, one a shape of file."""

    def __init__(self, vendors: VendorFacts) -> None:
        self.lines: list[str] = []
        self.drafts: list[Draft] = []
        self.read: list[Read] = []
        self.price_lists: list[Look] = []
        self._vendors = vendors
        self._seen: dict[tuple[object, ...], Draft] = {}
        self._price_lists: set[str] = set()

    def feed(self, look: Look, leg: str, *, shared: bool) -> None:
        """A feed; further files of the same shape are read by the same feed."""
        shape = (leg, look.format, look.delimiter, tuple(look.columns))
        same = self._seen.get(shape)
        if same is not None:
            self.read.append(Read(same, look))
            self.lines += ["", comment(f"{look.name} has the columns of {leg}.{same.name} too.")]
            return
        names = {draft.name for draft in self.drafts if draft.leg == leg}
        draft = _draft(look, leg, _free_name(look.name, names), self._vendors)
        self._seen[shape] = draft
        self.drafts.append(draft)
        self.read.append(Read(draft, look))
        self.lines += ["", *_block(draft, shared=shared)]

    def other(self, look: Look, kind: str) -> None:
        """A price list, or a file that is none of the three."""
        name = _free_name(look.name, self._price_lists)
        self._price_lists.add(name)
        if kind == "price list" and look.format != "price-map":
            self.price_lists.append(look)
        self.lines += ["", *_other(look, kind, name)]


def _kinds(looks: Sequence[Look]) -> list[str]:
    kinds = [_kind(look) for look in looks]
    if "ledger" in kinds:
        return kinds
    # One file may feed two legs; the report then says that the witnesses share an origin (D17).
    return [
        "usage and ledger" if kind == "usage" and _column(look, "field", "amount") else kind
        for look, kind in zip(looks, kinds, strict=True)
    ]


def _kind(look: Look) -> str:
    """What a file is taken for, by the names of its columns alone."""
    if look.format == "price-map":
        return "price list"
    tokens = any(_column(look, "meter", meter) for meter in _TOKENS)
    amount = _column(look, "field", "amount") or _column(look, "field", "units")
    if is_price_list(look, has_amount=amount is not None or tokens):
        return "price list"
    booked = first_column(look.columns, column_words()["ledger"]["words"], set())
    if amount is not None and (booked is not None or not tokens):
        return "ledger"
    return "usage" if tokens else "unknown"


def _column(look: Look, group: str, name: str) -> str | None:
    return first_column(look.columns, column_words()[group].get(name, []), set())


def _draft(look: Look, leg: str, name: str, vendors: VendorFacts) -> Draft:
    if leg == "ledger":
        return draft_ledger(look, name)
    profile = _profile_of(look, vendors)
    if profile is None:
        return draft_usage(look, name)
    draft = Draft(look, leg, name)
    draft.doubt(f"the columns are those of {profile}; is the file that export?")
    draft.say("profile", toml_text(profile), "Its facts stand in the vendor profile.")
    draft.fields |= _columns_of(profile, look, vendors)
    if look.format != "json":
        draft.say("format", toml_text(look.format), f"{look.name} reads as {look.format}.")
    draft.doubt("add what only you know: cost_center, project, environment.")
    return draft


def _columns_of(profile: str, look: Look, vendors: VendorFacts) -> dict[str, str]:
    """The columns of a profile's feed that a history is measured by."""
    feed = read_document(profiles(vendors)[profile], f"profile {profile}")
    named = {"time": feed["time"]["column"], "model": feed["model"]}
    named["request_id"] = feed.get("request_id")
    return {
        name: column
        for name, column in named.items()
        if isinstance(column, str) and column in look.columns
    }


def _profile_of(look: Look, vendors: VendorFacts) -> str | None:
    """The vendor profile whose time, model, type and meter columns all stand in the file."""
    for name, content in profiles(vendors).items():
        feed = read_document(content, f"profile {name}")
        wanted = [feed["time"]["column"], feed["model"], feed.get("row_type")]
        wanted += [feed["meters"].get(meter) for meter in ("input_tokens", "output_tokens")]
        time = feed["time"]
        known = None not in wanted and set(wanted) <= set(look.columns)
        if known and time_form(filled(look, time["column"])) == time["form"]:
            return name
    return None


def _block(draft: Draft, *, shared: bool) -> list[str]:
    lines = [
        comment(f"{draft.look.name}: {draft.look.rows} rows looked at, taken for {draft.leg}.")
    ]
    if shared:
        lines.append(
            question("is this cost what you booked? Usage and ledger then share one origin.")
        )
    left = ", ".join(column for column in draft.look.columns if column not in draft.taken)
    dropped = [comment(f"Not read: {left}. Give each that matters its key.")] if left else []
    known = [] if any(line.startswith("profile = ") for line in draft.lines) else dropped
    return [*lines, f"[{draft.leg}.{draft.name}]", *draft.lines, *known]


def _other(look: Look, kind: str, name: str) -> list[str]:
    if look.format == "price-map":
        return price_map_lines(look)
    if kind == "price list":
        return price_list_lines(look, name)
    return unknown_lines(look, name)


def _head(name: str, files: dict[str, str], history: History) -> list[str]:
    return [
        comment("Proposed settings. Read every line; settle each UNSURE; then confirm."),
        *(comment(f"  {file}: {kind}") for file, kind in files.items()),
        "",
        comment("Nothing prices money until a person has set this to true."),
        "confirmed = false",
        f"workspace = {toml_text(name or 'workspace')}",
        question("in which zone do your days begin? It is the one reporting zone."),
        'zone = "UTC"',
        *margin_lines(history),
        'calculation_version = "v1"',
    ]


def _terms(drafts: Sequence[Draft]) -> list[str]:
    ledgers = [draft for draft in drafts if draft.leg == "ledger"]
    texts = [
        text
        for draft in ledgers
        if "amount" in draft.fields
        for text in filled(draft.look, draft.fields["amount"])
    ]
    if decimal_comma(texts):
        texts = [text.replace(",", ".") for text in texts]
    places = most_decimals(texts)
    asked = step_question(places, len(texts))
    keys = ["day", "source_model_id"]
    labels = ("cost_center", "project")
    keys += [one for one in labels if drafts and all(one in draft.fields for draft in drafts)]
    listed = ", ".join(toml_text(key) for key in keys)
    return [
        "",
        "[ledger_terms]",
        question("what does the ledger mean by cost: list, net, charged or cash-effective?"),
        'basis = "net"',
        question(asked),
        'recorded_step = "0"',
        comment("Rounding of the booking: none, request, line, day, model or period; then also"),
        comment('its step and mode, as { level = "line", step = "0.01", mode = "half_away" }.'),
        'rounding = { level = "none" }',
        "",
        "[matching]",
        comment("What rows without a common id must agree in; only labels that every feed has."),
        f"keys = [{listed}]",
        "",
        *starter_books().split("\n"),
    ]


def _free_name(file_name: str, taken: set[str]) -> str:
    """A name for a feed: the stem of the file without its dates and numbers."""
    stem = plain_name(file_name.split(".", 1)[0])
    words = [word for word in stem.split("_") if not re.fullmatch(r"\d+", word)]
    base = "_".join(words)[:48] or "export"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return name
