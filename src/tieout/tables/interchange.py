"""The tables that adapters hand to the calculation: framed records, readings, prices, aliases."""

from __future__ import annotations

from typing import Final

from tieout.meters import METERS
from tieout.tables.column import Column, ColumnType, Table

T = ColumnType

_PLACE: Final = (
    Column("import_id", T.TEXT, "The import the record came with: first 12 hex digits of its digest.", nullable=False),
    Column("ordinal", T.COUNT, "Record number in the file, from 1, header not counted.", nullable=False),
    Column("line", T.COUNT, "First physical line of the record, from 1.", nullable=False),
    Column("byte_offset", T.COUNT, "Offset of the record's first byte.", nullable=False),
)

_LABELS: Final = (
    Column("environment", T.TEXT, "production, staging, test, as logged."),
    Column("key_name", T.TEXT, "Name of the API key, never the key."),
    Column("customer", T.TEXT, "Customer label."),
    Column("workspace", T.TEXT, "Workspace label of the export."),
    Column("project", T.TEXT, "Project label.", focus="Tags"),
    Column("cost_center", T.TEXT, "Who bears the cost.", focus="SubAccountId"),
)

_METER_COLUMNS: Final = tuple(
    Column(meter.name, T.QUANTITY, f"As reported: {meter.meaning}") for meter in METERS
)

QUARANTINE: Final = Table(
    "quarantine",
    "Records that could not be read, each with its place and its reason; nothing else is kept (D28).",
    (
        Column("leg", T.TEXT, "usage or ledger.", nullable=False),
        *_PLACE,
        Column("byte_length", T.COUNT, "Bytes of the record.", nullable=False),
        Column("record_digest", T.TEXT, "SHA-256 of the record's bytes.", nullable=False),
        Column("column_name", T.TEXT, "The column that was wrong, where one was."),
        Column("reason_code", T.TEXT, "Stable reason code.", nullable=False),
        Column("detail", T.TEXT, "What was expected, in one sentence, without the record's content."),
    ),
)

USAGE_READING: Final = Table(
    "usage_reading",
    "One usage record as our grammar read it: one attempt of one request, or one aggregated row.",
    (
        Column("row_id", T.COUNT, "Number of the record within the run; not part of any digest.", nullable=False),
        *_PLACE,
        Column("payload_digest", T.TEXT, "Digest of the kept fields; equal payloads are equal records (D4).", nullable=False),
        Column("entry_kind", T.TEXT, "consumption, refund or not_usage.", nullable=False),
        Column("row_type", T.TEXT, "The vendor's own type of the row, as written."),
        Column("request_id", T.TEXT, "Provider request id."),
        Column("attempt", T.TEXT, "Attempt number or marker, as written."),
        Column("task_id", T.TEXT, "Asynchronous task the row belongs to."),
        Column("occurred_at", T.INSTANT, "Request start, or end minus duration (D5).", nullable=False),
        Column("ended_at", T.INSTANT, "Request end, where the format gives it."),
        Column("time_basis", T.TEXT, "What occurred_at is read from: start; duration (the end less it); end, where no duration is known.", nullable=False),
        Column("model_as_logged", T.TEXT, "Model name exactly as logged."),
        Column("outcome", T.TEXT, "completed, failed, partial, timed_out, cancelled or unclassified.", nullable=False),
        Column("streaming", T.FLAG, "Whether the answer was streamed."),
        *_LABELS,
        Column("input_includes_parts", T.FLAG, "Whether input_tokens includes its cache, audio and image parts.", nullable=False),
        Column("output_includes_parts", T.FLAG, "Whether output_tokens includes its reasoning and audio parts.", nullable=False),
        *_METER_COLUMNS,
        Column("total_tokens", T.QUANTITY, "Total as reported; the leaves must add up to it."),
        Column("charged_units", T.QUANTITY, "What the vendor took, in its own units; refunds positive as logged."),
        Column("charged_cost", T.COST, "What the vendor took, in money; refunds negative.", focus="BilledCost"),
        Column("currency", T.TEXT, "Currency of the charge.", focus="BillingCurrency"),
        Column("funding", T.TEXT, "wallet or subscription: what paid the charge; null where the row does not say."),
        Column("wallet_units", T.QUANTITY, "What of a charge paid otherwise was taken from the wallet."),
        Column("movement_text", T.TEXT, "The words of a row about the account; of calls none is kept."),
    ),
)

CHARGE_READING: Final = Table(
    "charge_reading",
    "What a usage row says of its own charge: which frozen ratios, and what only the charge counts apart (K5).",
    (
        Column("row_id", T.COUNT, "Number of the record within the run; not part of any digest.", nullable=False),
        Column("frozen_id", T.TEXT, "The combination of ratios the row froze.", nullable=False),
        Column("cache_write_5m_tokens", T.QUANTITY, "Prompt tokens written to a cache for 5 minutes, where the log splits them."),
        Column("cache_write_1h_tokens", T.QUANTITY, "Prompt tokens written to a cache for 1 hour, where the log splits them."),
        Column("audio_apart_tokens", T.QUANTITY, "Prompt tokens that are audio with a price of their own."),
        Column("text_input_tokens", T.QUANTITY, "Text of an audio call, in."),
        Column("text_output_tokens", T.QUANTITY, "Text of an audio call, out."),
        Column("audio_input_tokens", T.QUANTITY, "Audio of an audio call, in."),
        Column("audio_output_tokens", T.QUANTITY, "Audio of an audio call, out."),
    ),
)

FROZEN_CHARGE: Final = Table(
    "frozen_charge",
    "Each combination of frozen ratios once, as the units it makes of one token (K5).",
    (
        Column("frozen_id", T.TEXT, "Digest of the ratios, factors, marks and the worth of a unit.", nullable=False),
        Column("price_terms", T.TEXT, "The ratios that a published price consists of; null where the row has none."),
        Column("formula", T.TEXT, "tokens, audio, fixed, task, settlement, fee; none where no formula applies.", nullable=False),
        Column("reason", T.TEXT, "Why no formula applies."),
        Column("is_exact", T.FLAG, "Whether no rate had to be rounded to its 18 decimals.", nullable=False),
        Column("at_least_one", T.FLAG, "Whether a charge that rounds to nothing is one unit.", nullable=False),
        Column("input_rate", T.UNIT_RATE, "Units per input token that is nothing else."),
        Column("cache_read_rate", T.UNIT_RATE, "Units per token read from a cache."),
        Column("cache_write_rate", T.UNIT_RATE, "Units per token written to a cache, no lifetime stated."),
        Column("cache_write_5m_rate", T.UNIT_RATE, "Units per token written for 5 minutes."),
        Column("cache_write_1h_rate", T.UNIT_RATE, "Units per token written for 1 hour."),
        Column("image_input_rate", T.UNIT_RATE, "Units per input token that is an image."),
        Column("audio_apart_rate", T.UNIT_RATE, "Units per audio token with a price of its own."),
        Column("audio_input_rate", T.UNIT_RATE, "Units per audio token of an audio call, in."),
        Column("audio_output_rate", T.UNIT_RATE, "Units per audio token of an audio call, out."),
        Column("output_rate", T.UNIT_RATE, "Units per output token that is nothing else."),
        Column("fixed_units", T.COST, "Units that are added whatever the counts are.", nullable=False),
        Column("fixed_apart_units", T.COST, "The same where surcharges stay outside of the factors.", nullable=False),
        Column("lowest_units", T.COUNT, "The whole units of a task, settlement or fee; the least, if the order of factors matters."),
        Column("highest_units", T.COUNT, "The most."),
        Column("unit_value", T.UNIT_RATE, "What one unit is worth in the currency of the charge."),
    ),
)

LEDGER_READING: Final = Table(
    "ledger_reading",
    "One ledger entry as our grammar read it.",
    (
        Column("row_id", T.COUNT, "Number of the record within the run; not part of any digest.", nullable=False),
        *_PLACE,
        Column("payload_digest", T.TEXT, "Digest of the kept fields.", nullable=False),
        Column("ledger_entry_id", T.TEXT, "The ledger's own line id."),
        Column("request_id", T.TEXT, "Provider request id the entry names."),
        Column("posted_at", T.INSTANT, "The time or day the entry is booked for.", nullable=False),
        Column("model_as_recorded", T.TEXT, "Model name exactly as booked."),
        *_LABELS,
        Column("recorded_cost", T.COST, "What the ledger says, credits negative.", nullable=False, focus="BilledCost"),
        Column("currency", T.TEXT, "Currency of the entry.", nullable=False, focus="BillingCurrency"),
        *_METER_COLUMNS,
    ),
)

PRICE_SET: Final = Table(
    "price_set",
    "The price lines of one model in one capture, with the interval they are in force for.",
    (
        Column("price_set_id", T.TEXT, "Capture and model, digested.", nullable=False),
        Column("capture_id", T.TEXT, "First 12 hex digits of the capture's digest.", nullable=False),
        Column("source_name", T.TEXT, "The price source, for example catalog.", nullable=False),
        Column("source_model_id", T.TEXT, "Model id, byte for byte as the source spells it.", nullable=False),
        Column("currency", T.TEXT, "Currency of the prices.", nullable=False, focus="PricingCurrency"),
        Column("effective_from", T.INSTANT, "In force from this instant.", nullable=False),
        Column("effective_until", T.INSTANT, "In force before this instant; null while open."),
        Column("rates_digest", T.TEXT, "Digest of currency, meters and unit rates; equal prices are equal.", nullable=False),
        Column("grade", T.TEXT, "A to D (D21).", nullable=False),
        Column("declared", T.FLAG, "Whether the interval was declared rather than captured (D22).", nullable=False),
        Column("start_basis", T.TEXT, "How its start is known: seen (it may have begun before), stated by the source, declared.", nullable=False),
        Column("needs_name", T.FLAG, "Grade C or D without two names: it never approves by itself (D21).", nullable=False),
    ),
)

WAITING_PRICE: Final = Table(
    "waiting_price",
    "Newer prices of captures that nobody approved; they are in force nowhere (D27).",
    tuple(
        column
        for column in PRICE_SET.columns
        if column.name
        in (
            "price_set_id", "capture_id", "source_model_id", "currency", "effective_from",
            "effective_until", "rates_digest",
        )
    ),
)  # fmt: skip

PRICE_LINE: Final = Table(
    "price_line",
    "One price as written and as understood: one meter of one price set.",
    (
        Column("price_set_id", T.TEXT, "The price set the line belongs to.", nullable=False),
        Column("meter", T.TEXT, "What the price is for.", nullable=False, focus="SkuMeter"),
        Column("price_text", T.TEXT, "The price exactly as written.", nullable=False),
        Column("pricing_unit", T.TEXT, "The block it is quoted for, for example 1M tokens.", nullable=False, focus="PricingUnit"),
        Column("multiplier_text", T.TEXT, "What the number as written is multiplied by, where there is such a factor."),
        Column("dialect", T.TEXT, "Meaning of the price field: list, discounted or list_with_ratio.", nullable=False),
        Column("locator", T.TEXT, "Where in the captured bytes the price stands.", nullable=False),
        Column("list_unit_rate", T.UNIT_RATE, "Price of one unit before the multiplier.", nullable=False, focus="ListUnitPrice"),
        Column("unit_rate", T.UNIT_RATE, "Price of one unit, exact: what is multiplied.", nullable=False, focus="ContractedUnitPrice"),
        Column("twice_unit_rate", T.UNIT_RATE, "Price of one unit with the multiplier applied twice; null where there is none."),
    ),
)

CHECK_SET: Final = Table(
    "check_set",
    "What a source that checks, and does not price, states for one model (P4).",
    PRICE_SET.columns,
)

RESOLVED_PAIR: Final = Table(
    "resolved_pair",
    "Prices of two sources that disagree, and that somebody settled with evidence (P4).",
    (
        Column("price_set_id", T.TEXT, "The price set in force.", nullable=False),
        Column("check_set_id", T.TEXT, "The set it was compared with.", nullable=False),
        Column("resolution", T.TEXT, "Which resolution settled it.", nullable=False),
    ),
)

ALIAS: Final = Table(
    "alias",
    "The approved mapping: an internal name resolves to a source model id over an interval (M1).",
    (
        Column("alias_id", T.TEXT, "Line of the mapping table.", nullable=False),
        Column("internal_model_alias", T.TEXT, "The name in our logs and books.", nullable=False),
        Column("source_model_id", T.TEXT, "Exact spelling and case of the source.", nullable=False),
        Column("pricing_unit", T.TEXT, "The unit the approver saw, in its one spelling."),
        Column("effective_from", T.INSTANT, "In force from this instant.", nullable=False),
        Column("effective_until", T.INSTANT, "In force before this instant; null while open."),
        Column("approved_by", T.TEXT, "Who accepted the mapping.", nullable=False),
    ),
)

EXCLUSION: Final = Table(
    "exclusion",
    "Named, approved rules that leave usage rows out: a field equal to a value (D1).",
    (
        Column("rule_name", T.TEXT, "Name of the rule.", nullable=False),
        Column("field", T.TEXT, "The usage column compared.", nullable=False),
        Column("equals", T.TEXT, "The exact value that excludes a row.", nullable=False),
        Column("reason", T.TEXT, "Why.", nullable=False),
        Column("approved_by", T.TEXT, "Who accepted the rule.", nullable=False),
    ),
)

METER_ESTIMATE: Final = Table(
    "meter_estimate",
    "Approved estimates of meters that were not recorded, for one model over a time (U5).",
    (
        Column("estimate_id", T.TEXT, "The ruling that approves it.", nullable=False),
        Column("source_model_id", T.TEXT, "The model.", nullable=False),
        Column("meter", T.TEXT, "The meter that was not recorded.", nullable=False),
        Column("effective_from", T.INSTANT, "For calls from this instant.", nullable=False),
        Column("effective_until", T.INSTANT, "For calls before this instant.", nullable=False),
        Column("per_meter", T.TEXT, "The stated meter it is a multiple of; null: per row."),
        Column("quantity", T.QUANTITY, "Units, or units per unit.", nullable=False),
        Column("lowest_quantity", T.QUANTITY, "The least it may be.", nullable=False),
        Column("highest_quantity", T.QUANTITY, "The most it may be.", nullable=False),
    ),
)

RECORDED_METER: Final = Table(
    "recorded_meter",
    "Which meters the format of an import can carry and does record (D3).",
    (
        Column("import_id", T.TEXT, "The import.", nullable=False),
        Column("meter", T.TEXT, "A meter its format records.", nullable=False),
    ),
)

ZONE_OFFSET: Final = Table(
    "zone_offset",
    "The reporting zone as stretches of constant offset.",
    (
        Column("utc_from", T.INSTANT, "From this UTC instant.", nullable=False),
        Column("utc_until", T.INSTANT, "Before this UTC instant.", nullable=False),
        Column("offset_seconds", T.COUNT, "Local time minus UTC.", nullable=False),
    ),
)
