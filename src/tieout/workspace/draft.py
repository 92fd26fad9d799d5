"""A draft of one feed: each line with its reason, and a mark where a person must decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tieout.meters import METER_NAMES
from tieout.workspace.look import Look
from tieout.workspace.sampled import (
    decimal_comma,
    distinct,
    filled,
    time_form,
)
from tieout.workspace.toml_text import comment, question, toml_key, toml_table, toml_text
from tieout.workspace.words import column_words, first_column, plain_name, word_for

LABELS = ("environment", "key_name", "customer", "workspace", "project", "cost_center")
UNKNOWN = "?"


@dataclass(slots=True)
class Draft:
    """The lines of one feed, drawn from one look.

    Attributes:
        look: what the file looks like.
        leg: usage or ledger.
        name: the name of the feed.
        lines: comment lines and settings, in order.
        fields: what was found, field to column.
        taken: the columns that already have a meaning.
    """

    look: Look
    leg: str
    name: str
    lines: list[str] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def say(self, key: str, value: str, why: str) -> None:
        """One setting with its reason."""
        self.lines += [comment(why), f"{toml_key(key)} = {value}"]

    def doubt(self, text: str) -> None:
        """A question that only a person can settle; the next line is a proposal."""
        self.lines.append(question(text))

    def find(self, name: str, words: list[str]) -> str | None:
        """The column for a field, marked as taken; empty columns are not proposed."""
        columns = [column for column in self.look.columns if filled(self.look, column)]
        column = first_column(columns, words, self.taken)
        if column is not None:
            self.fields[name] = column
            self.taken.add(column)
        return column


def spoken(name: str) -> str:
    """The name of a field as words."""
    return name.replace("_", " ")


def field_words(name: str) -> list[str]:
    """The words for a field, most preferred first."""
    words: list[str] = column_words()["field"][name]
    return words


def say_form(draft: Draft) -> None:
    """How the file is framed."""
    look = draft.look
    for remark in look.remarks:
        draft.doubt(remark)
    draft.say("format", toml_text(look.format), f"{look.name} reads as {look.format}.")
    if look.format == "csv" and look.delimiter != ",":
        draft.say(
            "delimiter",
            toml_text(look.delimiter),
            "This mark stands between two columns of the header.",
        )
    if look.format == "json":
        where = f"at {look.records_at!r}" if look.records_at else "as the document itself"
        draft.say(
            "records_at", f"[{toml_text(look.records_at)}]", f"The list of records stands {where}."
        )
    if look.nested_json:
        names = ", ".join(toml_text(column) for column in look.nested_json)
        draft.say("nested_json", f"[{names}]", "The texts of these columns are JSON themselves.")


def say_time(draft: Draft, fields: tuple[str, ...]) -> None:
    """When; the first of those words whose column holds times of one form."""
    words = [(name, word) for name in fields for word in field_words(name)]
    for name, word in words:
        column = first_column(draft.look.columns, [word], draft.taken)
        form = time_form(filled(draft.look, column)) if column is not None else None
        if column is not None and form is not None:
            draft.fields["time"] = column
            draft.taken.add(column)
            _say_time(draft, column, form, name)
            return
    draft.doubt("no column was recognised as the time; write its name, form and zone.")
    draft.say("time", toml_table({"column": UNKNOWN, "form": "rfc3339"}), "Every record needs one.")


def _say_time(draft: Draft, column: str, form: str, name: str) -> None:
    source = {"column": column, "form": form}
    if form in ("local", "date"):
        asked = f"the times of {column} say no zone; UTC is only a guess."
        if form == "local":
            asked += (
                " In a zone whose clocks change, the hour that comes twice waits in quarantine."
            )
        draft.doubt(asked)
        source["zone"] = "UTC"
    if plain_name(column) in ("created_at", "created", "timestamp") and draft.leg == "usage":
        draft.doubt(f"is {column} the start of the request? If it is the end: time_is_end = true.")
    draft.say("time", toml_table(source), f"All sample texts of {column} have the form {form}.")
    if name == "end":
        draft.say("time_is_end", "true", f"{column} is named like the end of a request.")
    for unit, words in column_words()["duration"].items() if draft.leg == "usage" else ():
        duration = draft.find("duration", words)
        if duration is not None:
            table = toml_table({"column": duration, "unit": unit})
            draft.say("duration", table, f"{duration} is named as a duration in {unit}.")
            return


def say_model(draft: Draft) -> None:
    """Where the model stands."""
    column = draft.find("model", field_words("model"))
    if column is None:
        draft.doubt('no column names the model; write it, or { value = "NAME" } for one model.')
        draft.say("model", toml_text(UNKNOWN), "Every feed says where the model stands.")
        return
    count = len(distinct(filled(draft.look, column)))
    if plain_name(column) in ("line_item", "model_group", "main_model", "skuid"):
        draft.doubt(f"{column} may hold a group or a label, not the id that was billed.")
    draft.say("model", toml_text(column), f"{column} holds {count} distinct names in the sample.")


def say_meters(draft: Draft) -> dict[str, str]:
    """Which column counts what; returns meter to column."""
    found = {}
    for meter in METER_NAMES:
        column = draft.find(meter, column_words()["meter"].get(meter, []))
        if column is not None:
            found[meter] = column
    if found:
        draft.say("meters", toml_table(found), "Each meter is named by its column.")
    elif draft.leg == "usage":
        draft.doubt("no column was recognised as a meter; without one nothing can be rated.")
        draft.say("meters", "{}", "Meter name to column.")
    return found


def say_decimal(draft: Draft) -> None:
    """The decimal sign of a CSV file, where its amounts or quantities have a comma."""
    look = draft.look
    names = ("amount", "units", *METER_NAMES)
    columns = [draft.fields[name] for name in names if name in draft.fields]
    commas = [column for column in columns if decimal_comma(filled(look, column))]
    if look.format != "csv" or not commas:
        return
    draft.lines.append(comment("Exactly one comma is then read as the decimal sign."))
    draft.doubt(f"is the comma in {', '.join(commas)} a decimal sign, or one between thousands?")
    draft.lines.append('decimal = ","')


def say_identity(draft: Draft, names: tuple[str, ...]) -> None:
    """The ids a row carries."""
    for name in names:
        column = draft.find(name, field_words(name))
        if column is None:
            if name == "request_id" and draft.leg == "ledger":
                draft.doubt(
                    "does a column hold the request id? Without one, entries match in groups."
                )
            continue
        texts = filled(draft.look, column)
        repeated = len(texts) - len(set(texts))
        if name == "request_id":
            if plain_name(column) == "id":
                draft.doubt(f"is {column} the provider's request id, or a number of this export?")
            if repeated and draft.leg == "usage":
                draft.doubt(
                    f"sample rows repeat an id of {column} ({repeated}): attempts, or copies?"
                )
        draft.say(name, toml_text(column), f"{column} is named like the {spoken(name)}.")


def say_outcome(draft: Draft) -> None:
    """How requests ended, each text of the sample translated or asked about."""
    column = draft.find("outcome", field_words("outcome"))
    if column is None:
        draft.doubt("no column says how a request ended; this line claims that all completed.")
        draft.say("outcome", toml_table({"value": "completed"}), "An outcome is never assumed.")
        return
    groups: Mapping[str, Any] = column_words()["outcome"]
    texts = distinct(filled(draft.look, column))[:30]
    values = {text: word_for(text, groups) or "unclassified" for text in texts}
    open_texts = [text[:40] for text, word in values.items() if word == "unclassified"]
    if open_texts:
        draft.doubt(f"what do these texts of {column} mean: {', '.join(open_texts[:5])}?")
    table = toml_table({"column": column, "values": values})
    draft.say("outcome", table, f"The texts of {column} in the sample; others are unclassified.")


def say_labels(draft: Draft, names: tuple[str, ...]) -> None:
    """Who and what a row is for."""
    for name in names:
        column = draft.find(name, field_words(name))
        if column is None:
            continue
        value = toml_text(column)
        if name == "environment" and draft.leg == "usage":
            value = _environments(draft, column)
        draft.say(name, value, f"{column} is named like the {spoken(name)}.")


def _environments(draft: Draft, column: str) -> str:
    """The column, with its texts translated: only "production" counts as production."""
    texts = distinct(filled(draft.look, column))[:30]
    values = {text: word_for(text, column_words()["environment"]) or text for text in texts}
    if all(text == word for text, word in values.items()):
        return toml_text(column)
    draft.doubt(
        f"which texts of {column} are production? A text that is not listed waits in quarantine."
    )
    return toml_table({"column": column, "values": values})
