"""A drafted feed of each leg: usage with its meters and conventions, a ledger with its cost."""

from __future__ import annotations

from collections.abc import Mapping

from tieout.meters import INPUT_PARTS
from tieout.workspace.draft import (
    LABELS,
    UNKNOWN,
    Draft,
    field_words,
    say_decimal,
    say_form,
    say_identity,
    say_labels,
    say_meters,
    say_model,
    say_outcome,
    say_time,
)
from tieout.workspace.look import Look
from tieout.workspace.sampled import (
    decimal_comma,
    filled,
    meter_columns,
    number,
    rows_beyond,
    rows_that_add_up,
)
from tieout.workspace.toml_text import comment, toml_table, toml_text
from tieout.workspace.words import plain_name


def draft_usage(look: Look, name: str) -> Draft:
    """A usage feed as the file suggests it."""
    draft = Draft(look, "usage", name)
    say_form(draft)
    say_time(draft, ("start", "end"))
    say_model(draft)
    meters = say_meters(draft)
    say_identity(draft, ("request_id", "attempt", "task_id"))
    say_outcome(draft)
    say_labels(draft, (*LABELS, "streaming"))
    _inclusion(draft, meters)
    _charge(draft)
    say_decimal(draft)
    _grain(draft, meters)
    return draft


def draft_ledger(look: Look, name: str) -> Draft:
    """A ledger feed as the file suggests it."""
    draft = Draft(look, "ledger", name)
    say_form(draft)
    say_time(draft, ("posted",))
    say_model(draft)
    _recorded(draft)
    say_meters(draft)
    say_decimal(draft)
    say_identity(draft, ("ledger_entry_id", "request_id"))
    say_labels(draft, tuple(label for label in LABELS if label != "key_name"))
    return draft


def _inclusion(draft: Draft, meters: Mapping[str, str]) -> None:
    """Whether cached and other parts are inside the input: shown by the sums, or asked."""
    look, parts = draft.look, meter_columns(meters, INPUT_PARTS)
    total = draft.find("total_tokens", field_words("total_tokens"))
    wholes = meter_columns(meters, ("input_tokens", "output_tokens"))
    inside = outside = judged = 0
    if total is not None and len(wholes) == 2:
        inside, judged = rows_that_add_up(look, total, wholes)
        outside, _ = rows_that_add_up(look, total, [*wholes, *parts])
        if max(inside, outside) == judged > 0:
            why = f"The token columns add up to {total} in {judged} of {judged} sample rows."
            draft.say("total_tokens", toml_text(total), why)
    if not parts or "input_tokens" not in meters:
        return
    beyond = sum(rows_beyond(look, part, meters["input_tokens"]) for part in parts)
    if judged and inside != outside and max(inside, outside) == judged:
        answer = inside == judged
        why = f"{judged} of {judged} sample rows add up to {total} only this way."
    elif beyond:
        answer, why = (
            False,
            f"A part is larger than {meters['input_tokens']} in {beyond} sample rows.",
        )
    else:
        draft.doubt(
            f"does {meters['input_tokens']} include {', '.join(parts)}? It changes the cost."
        )
        answer, why = True, "Most exports of this shape include them."
    draft.say("input_includes_parts", "true" if answer else "false", why)


def _charge(draft: Draft) -> None:
    """A cost in a usage export is only shown as a comment: whose figure it is, a person knows."""
    units = draft.find("units", field_words("units"))
    amount = draft.find("amount", field_words("amount"))
    if units is not None:
        draft.doubt(f"{units} counts a vendor's own units; what is one of them worth?")
        table = toml_table({"column": units, "currency": "USD", "unit_value": UNKNOWN})
        draft.lines.append(comment(f"charged = {table}"))
    if amount is not None:
        draft.doubt(f"is {amount} what the vendor took, or an estimate of the gateway?")
        table = toml_table({"column": amount, **_currency(draft, amount)})
        draft.lines.append(comment(f"charged = {table}"))


def _recorded(draft: Draft) -> None:
    column = draft.find("amount", field_words("amount"))
    if column is None:
        draft.doubt("no column was recognised as the recorded cost; write its name.")
        column = UNKNOWN
    source = {"column": column, **_currency(draft, column)}
    texts = filled(draft.look, column) if column in draft.look.columns else []
    sign = "," if decimal_comma(texts) else "."
    if any(number(text, sign) is None for text in texts):
        draft.doubt(f"some texts of {column} are not plain numbers; those rows will wait.")
    if texts and all(text.startswith("-") for text in texts):
        draft.doubt(f"every amount of {column} is negative; if costs are, add negate = true.")
    draft.say("recorded", toml_table(source), f"{column} is named like the cost of an entry.")


def _currency(draft: Draft, amount: str) -> dict[str, str]:
    column = draft.find("currency", field_words("currency"))
    if column is not None:
        return {"currency_column": column}
    if "usd" not in plain_name(amount).split("_"):
        draft.doubt(f"nothing says the currency of {amount}; USD is only a guess.")
    return {"currency": "USD"}


def _grain(draft: Draft, meters: Mapping[str, str]) -> None:
    if "request_id" in draft.fields:
        draft.lines.append(comment("Grain: one row a request, because rows carry a request id."))
    elif "requests" in meters:
        draft.lines.append(comment("Grain: aggregated rows, because a column counts requests."))
    else:
        draft.doubt("no request id and no count of requests: each row is taken as one request.")
