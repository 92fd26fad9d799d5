"""A feed: the declared column map of one kind of export, as it stands in ``tieout.toml``.

Nothing is detected when a file is imported. What a column means, in which unit and zone, is written
down by a person (``tieout init --from`` proposes it) and travels with the run.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Format = Literal["csv", "json", "jsonl", "parquet"]
TimeForm = Literal["rfc3339", "epoch_seconds", "epoch_milliseconds", "local", "date"]


class FieldSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a field comes from: a column, a fixed value, or the number of the record.

    Attributes:
        column: name of the column (dots reach into nested JSON objects).
        value: a fixed value for every record of the feed.
        record_number: the record's own number, for two legs that are read from one file.
        values: translation of the texts in the column to the words Tieout uses; a text that is
            not listed is read as ``unclassified`` for an outcome and refused elsewhere.
    """

    column: str | None = None
    value: str | None = None
    record_number: bool = False
    values: dict[str, str] = msgspec.field(default_factory=dict)


class TimeSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A time column: its form, and the zone where the text has no offset of its own."""

    column: str
    form: TimeForm
    zone: str | None = None


class DurationSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A duration column, for exports that log only the end of a request (D5)."""

    column: str
    unit: Literal["seconds", "milliseconds"]


class AmountSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A money column: the currency, as a fixed code or a column of its own.

    Attributes:
        column: the amount.
        currency: ISO 4217 code when every amount is in one currency.
        currency_column: column with the code otherwise.
        negate: whether the column holds credits as positive numbers.
        unit_value: what one unit of the column is worth in the currency, as decimal text, where
            the column counts a vendor's own units; the units are kept beside the money.
    """

    column: str
    currency: str | None = None
    currency_column: str | None = None
    negate: bool = False
    unit_value: str | None = None


class RowMatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A condition on one column of a row: its text equals a value."""

    column: str
    equals: str


class Feed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of export and how its columns are read; ``[usage.NAME]`` or ``[ledger.NAME]``.

    Attributes:
        format: how the bytes are framed.
        model: the model name, compared byte for byte.
        time: when the request started (usage) or what the entry is booked for (ledger).
        time_is_end: the time is the end of the request; ``duration`` then gives the start (D5), and
            a price that changed in between makes a range. Without a duration the end counts.
        duration: how long the request took; empty is unknown, never zero.
        outcome: usage only; required there, because an outcome is never assumed (U2).
        meters: meter name to column. A meter that stands here *is recorded* by this format (D3).
        input_includes_parts: input_tokens includes its cache, audio and image parts.
        output_includes_parts: output_tokens includes its reasoning and audio parts.
        parts_excluded_when: rows whose input_tokens exclude the parts although the feed says they
            include them (one export can mix both conventions).
        no_flat_price_when: rows that the vendor priced by an expression or in another way that no
            flat rate gives; they are not reconcilable, because a flat rate would be a guess. Their
            charge counts.
        cache_write_is_total: ``cache_write_tokens`` counts what ``cache_write_1h_tokens`` counts as
            well; the 1-hour part then comes off.
        row_type: column with the vendor's own type of the row.
        row_kinds: row type to ``consumption``, ``refund`` or ``not_usage``; without it every row is
            a consumption; a type that is not listed is quarantined.
        nested_json: columns that hold JSON text whose keys are read with dots.
        frozen: numbers that the vendor charged by and froze in the row, such as ``model_ratio`` and
            ``group_ratio``, to column (K5).
        frozen_marks: the same for what is yes or no: ``task``, ``audio``, ``realtime``,
            ``image_generation``.
        factors: columns of numbers that multiply the whole charge, where a row has them.
        charge_counts: what only the charge counts apart, such as ``cache_write_5m_tokens``, to
            column.
        records_at: JSON only: the paths at which the list of records may stand, tried in order;
            an empty path is the document itself.
        absent_is_zero: meters whose absence in a row means zero, where the vendor's documentation
            says so; any other meter that is absent or empty is unknown.
        total_tokens: a reported total that the leaves must add up to.
        charged: usage only; what the vendor took, where the export has it.
        funding: what paid the charge: ``wallet``, ``subscription``; a charge that a subscription
            paid moves no prepaid balance.
        wallet_units: what of such a charge was taken from the wallet all the same.
        movement_text: words of rows about the account (``not_usage``), which say what was topped
            up or changed; of every other row they are dropped before anything is stored (D28).
        recorded: ledger only; the recorded cost.
        vendor: usage only: whose own log it is, by the name of the vendor's contract items; what
            the rows mean then leans on those items. Empty for a log of one's own.
        decimal: CSV only: the decimal sign of amounts and quantities. With a comma, a text has at
            most one, and no dot or space between thousands.
    """

    format: Format
    time: TimeSource
    model: str | FieldSource
    time_is_end: bool = False
    duration: DurationSource | None = None
    request_id: str | FieldSource | None = None
    attempt: str | FieldSource | None = None
    task_id: str | FieldSource | None = None
    ledger_entry_id: str | FieldSource | None = None
    environment: str | FieldSource | None = None
    key_name: str | FieldSource | None = None
    customer: str | FieldSource | None = None
    workspace: str | FieldSource | None = None
    project: str | FieldSource | None = None
    cost_center: str | FieldSource | None = None
    streaming: str | FieldSource | None = None
    outcome: str | FieldSource | None = None
    meters: dict[str, str] = msgspec.field(default_factory=dict)
    input_includes_parts: bool = False
    output_includes_parts: bool = True
    parts_excluded_when: RowMatch | None = None
    no_flat_price_when: RowMatch | None = None
    row_type: str | None = None
    row_kinds: dict[str, str] = msgspec.field(default_factory=dict)
    nested_json: tuple[str, ...] = ()
    frozen: dict[str, str] = msgspec.field(default_factory=dict)
    frozen_marks: dict[str, str] = msgspec.field(default_factory=dict)
    factors: tuple[str, ...] = ()
    charge_counts: dict[str, str] = msgspec.field(default_factory=dict)
    cache_write_is_total: bool = False
    absent_is_zero: tuple[str, ...] = ()
    total_tokens: str | None = None
    charged: AmountSource | None = None
    recorded: AmountSource | None = None
    funding: str | FieldSource | None = None
    wallet_units: str | None = None
    movement_text: str | None = None
    delimiter: str = ","
    decimal: Literal[".", ","] = "."
    records_at: tuple[str, ...] = ("",)
    vendor: str = ""

    def columns(self) -> tuple[str, ...]:
        """Every column the feed reads, each once, in declared order: the allow-list (D28)."""
        found: list[str] = [self.time.column]
        for name in _FIELDS:
            source = getattr(self, name)
            if isinstance(source, str):
                found.append(source)
            elif isinstance(source, FieldSource) and source.column is not None:
                found.append(source.column)
        found.extend(self.meters.values())
        found.extend(self.frozen.values())
        found.extend(self.frozen_marks.values())
        found.extend(self.factors)
        found.extend(self.charge_counts.values())
        if self.row_type is not None:
            found.append(self.row_type)
        if self.parts_excluded_when is not None:
            found.append(self.parts_excluded_when.column)
        if self.no_flat_price_when is not None:
            found.append(self.no_flat_price_when.column)
        found += [one for one in (self.total_tokens, self.wallet_units, self.movement_text) if one]
        if self.duration is not None:
            found.append(self.duration.column)
        for amount in (self.charged, self.recorded):
            if amount is not None:
                found.append(amount.column)
                if amount.currency_column is not None:
                    found.append(amount.currency_column)
        return tuple(dict.fromkeys(found))

    def number_columns(self) -> tuple[str, ...]:
        """Every column that holds a quantity, a ratio or an amount, each once."""
        found = [*self.meters.values(), *self.frozen.values(), *self.factors]
        found += self.charge_counts.values()
        found += [one for one in (self.total_tokens, self.wallet_units) if one is not None]
        sources = (self.duration, self.charged, self.recorded)
        found += [source.column for source in sources if source is not None]
        return tuple(dict.fromkeys(found))


_FIELDS = (
    "model", "request_id", "attempt", "task_id", "ledger_entry_id", "environment", "key_name",
    "customer", "workspace", "project", "cost_center", "streaming", "outcome", "funding",
)  # fmt: skip
