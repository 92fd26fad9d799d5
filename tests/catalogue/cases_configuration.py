"""Settings and command lines that cannot be meant: every case, with what must happen.

The reference page of bad input is made from these cases; their titles are read by users.
"""

# ruff: noqa: E501 - a case is one row of the table, however long its bytes are

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal[
    "quarantined", "file refused", "run refused", "configuration refused", "noted", "excluded",
    "unmapped", "waits", "accepted", "not applicable",
]  # fmt: skip
Words = tuple[str, ...]

NAME = 'workspace = "small"\n'
USAGE = """
[usage.gateway]
format = "csv"
time = { column = "at", form = "rfc3339" }
model = "model"
request_id = "id"
outcome = { column = "status", values = { "200" = "completed", "500" = "failed" } }
meters = { input_tokens = "tokens_in", output_tokens = "tokens_out" }
cost_center = "team"
"""
LEDGER = """
[ledger.books]
format = "csv"
time = { column = "day", form = "date", zone = "UTC" }
model = "model"
request_id = "id"
cost_center = "team"
recorded = { column = "cost", currency = "USD" }
"""
PRICES = """
[prices.list]
model = "model"
meters = { input_tokens = "in", output_tokens = "out" }
fixed_unit = "1M tokens"
currency = "USD"
"""
WHOLE = NAME + USAGE + LEDGER + PRICES

LISTED: Words = ("prices", "list")
TIME: Words = ("--accessed-at", "2026-07-31T06:00:00Z")
IMPORT: Words = ("prices", "import", "prices.csv", "--source", "list", "--format", "price-list")
BOMB = "a: &a [lol,lol,lol,lol,lol,lol,lol,lol,lol]\n" + "".join(
    f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n" for old, new in ("ab", "bc", "cd", "de", "ef")
)


@dataclass(frozen=True, slots=True)
class ConfigurationCase:
    """One case.

    Attributes:
        id: number in the catalogue; variants end in a letter.
        title: the case in plain words.
        outcome: what must happen.
        code: the stable code of the letter; empty where nothing is said.
        why: where it is not applicable, or is no refusal: why that is so.
        settings: the bytes of the settings file.
        file: its name.
        words: the command that meets it; CAPTURE stands for the id of a capture.
        place: one line of the letter's places, exactly.
        value: a setting and the value it must have, where the settings are accepted.
        exclusions: rows of exclusions.csv, for cases of a workspace with records.
        secret: text that no letter may repeat.
        opened: the files of the workspace the command may open; none named: not looked at.
    """

    id: str
    title: str
    outcome: Outcome
    code: str = ""
    why: str = ""
    settings: bytes = WHOLE.encode()
    file: str = "tieout.toml"
    words: Words = LISTED
    place: str = ""
    value: tuple[str, str] = ("", "")
    exclusions: str = ""
    secret: str = ""
    opened: tuple[str, ...] = ("tieout.toml",)


def refused(
    number: str, title: str, code: str, place: str, settings: str | bytes = WHOLE, why: str = ""
) -> ConfigurationCase:
    """Settings that are refused."""
    content = settings.encode() if isinstance(settings, str) else settings
    return ConfigurationCase(
        number, title, "configuration refused", code, why, content, place=place
    )


def accepted(
    number: str, title: str, setting: str, value: str, settings: str | bytes, why: str
) -> ConfigurationCase:
    """Settings that are read, and what one of them must be."""
    content = settings.encode() if isinstance(settings, str) else settings
    return ConfigurationCase(
        number, title, "accepted", why=why, settings=content, value=(setting, value)
    )


def command(
    number: str, title: str, code: str, place: str, words: Words, secret: str = ""
) -> ConfigurationCase:
    """A command line that is refused."""
    return ConfigurationCase(
        number, title, "configuration refused", code, words=words, place=place, secret=secret
    )


def address(
    number: str, title: str, code: str, url: str, place: str = "", secret: str = ""
) -> ConfigurationCase:
    """The address of a price source that is refused."""
    words = (*IMPORT, *TIME, "--by", "AB", "--url", url)
    return command(number, title, code, place or url, words, secret)


def policy(line: str) -> str:
    """Settings with a line of policy."""
    return f"{NAME}[policy]\n{line}\n"


def absent(number: str, title: str, why: str) -> ConfigurationCase:
    """A case of something Tieout does not do."""
    return ConfigurationCase(number, title, "not applicable", why=why)


_TOML = "Settings are TOML, which has no such thing; the letter says how TOML writes it."
_ONE_READING = "TOML gives this number one reading."
_KEY = "sk-abcdefghijklmnop1234"

CASES: tuple[ConfigurationCase, ...] = (
    refused("CF01", "settings in YAML, with aliases that unfold to a million words", "CFG_SYNTAX",
        "tieout.toml, line 1", BOMB, _TOML),
    ConfigurationCase("CF01b", "settings under the name tieout.yaml", "configuration refused",
        "CFG_NO_WORKSPACE", settings=b"workspace: small\n", file="tieout.yaml", place=".",
        opened=()),
    refused("CF02", "settings in YAML, with anchors and merged keys", "CFG_SYNTAX",
        "tieout.toml, line 1", "base: &base\n  zone: UTC\nmine:\n  <<: *base\n", _TOML),
    refused("CF03", "settings in YAML, with a tag that makes a Python object", "CFG_SYNTAX",
        "tieout.toml, line 1", 'workspace: !!python/object/apply:os.system ["id"]\n', _TOML),
    refused("CF03b", "a YAML tag behind an equals sign", "CFG_SYNTAX", "tieout.toml, line 1",
        "workspace = !!python/object:os.system\n", _TOML),
    refused("CF04", "a key written twice", "CFG_DUPLICATE_KEY", "tieout.toml, line 3",
        NAME + 'zone = "UTC"\nzone = "UTC"'),
    refused("CF04b", "a table written twice", "CFG_DUPLICATE_KEY", "tieout.toml, line 3",
        NAME + "[policy]\n[policy]"),
    refused("CF04c", "a key written twice, once in quotes", "CFG_DUPLICATE_KEY",
        "tieout.toml, line 3", NAME + 'zone = "UTC"\n"zone" = "UTC"'),
    refused("CF05", "a misspelled setting", "CFG_UNKNOWN_KEY", "policy.hold_limti",
        policy('hold_limti = "1"')),
    refused("CF05b", "a misspelled table", "CFG_UNKNOWN_KEY", "polcy", NAME + "[polcy]"),
    refused("CF05c", "a misspelled key of a feed", "CFG_UNKNOWN_KEY", "usage.gateway.cost_centre",
        NAME + USAGE + 'cost_centre = "x"'),
    refused("CF06", "a number with a leading zero", "CFG_AMBIGUOUS_SCALAR", "tieout.toml, line 2",
        NAME + "margin_days = 012"),
    refused("CF06b", "a number like a clock time, 1:30", "CFG_AMBIGUOUS_SCALAR",
        "tieout.toml, line 2", NAME + "margin_days = 1:30"),
    refused("CF06c", "no or yes where true or false is meant", "CFG_AMBIGUOUS_SCALAR",
        "tieout.toml, line 2", NAME + "confirmed = no"),
    refused("CF06d", "a key that YAML would read as false", "CFG_SYNTAX", "tieout.toml, line 2",
        NAME + "NO: 47\n", _TOML),
    refused("CF06e", "a bare number where a text is meant", "CFG_AMBIGUOUS_SCALAR",
        "policy.version", policy("version = 1.10")),
    refused("CF06f", "a bare date where a text is meant", "CFG_AMBIGUOUS_SCALAR",
        "calculation_version", NAME + "calculation_version = 2026-08-01"),
    refused("CF06g", "a bare number as the name of a column", "CFG_AMBIGUOUS_SCALAR",
        "usage.gateway.meters.images",
        NAME + USAGE.replace('{ input_tokens = "tokens_in"', "{ images = 1.5")),
    refused("CF06h", "a whole number in quotes", "CFG_TYPE", "margin_days",
        NAME + 'margin_days = "2"'),
    refused("CF06i", "an amount in quotes with digits in groups", "CFG_DECIMAL",
        "policy.hold_limit", policy('hold_limit = "1_000"')),
    accepted("CF06j", "a whole number with digits in groups, 1_000", "policy.quarantine_limit",
        "1000", policy("quarantine_limit = 1_000"), _ONE_READING),
    accepted("CF06k", "an amount with digits in groups, 1_000.50", "policy.hold_limit",
        "1000.50", policy("hold_limit = 1_000.50"), _ONE_READING),
    accepted("CF07", "a threshold written as a bare 0.1", "policy.materiality", "0.1",
        policy("materiality = 0.1"), "It is read digit by digit and never becomes a float."),
    accepted("CF07b", "a threshold with more digits than a float has", "policy.materiality",
        "0.12345678901234567890", policy("materiality = 0.12345678901234567890"),
        "Every digit is kept."),
    accepted("CF07c", "a threshold with an exponent", "policy.materiality", "0.000001",
        policy("materiality = 1e-6"), "It is read exactly."),
    refused("CF08", "a negative threshold", "CFG_RANGE", "policy.hold_limit",
        policy('hold_limit = "-1"')),
    refused("CF08b", "a threshold that is not a number (nan)", "CFG_RANGE", "policy.materiality",
        policy("materiality = nan")),
    refused("CF08c", "nan as a text", "CFG_RANGE", "policy.materiality",
        policy('materiality = "NaN"')),
    refused("CF08d", "an infinite threshold", "CFG_RANGE", "policy.hold_limit",
        policy("hold_limit = inf")),
    refused("CF08e", "a factor that would single out every row", "CFG_RANGE",
        "policy.absurd_factor", policy('absurd_factor = "1"')),
    refused("CF08f", "a negative number of days", "CFG_RANGE", "margin_days",
        NAME + "margin_days = -1"),
    refused("CF09", "a zone by its abbreviation, CST", "CFG_ZONE", "zone", NAME + 'zone = "CST"'),
    refused("CF09b", "a zone nobody knows", "CFG_ZONE", "zone", NAME + 'zone = "Mars/Base"'),
    refused("CF09c", "an abbreviated zone in a feed", "CFG_ZONE", "usage.gateway.time.zone",
        NAME + USAGE.replace('"rfc3339"', '"local", zone = "PST"')),
    refused("CF09d", "dates in a feed without a zone", "CFG_ZONE", "ledger.books.time",
        NAME + LEDGER.replace(', zone = "UTC"', "")),
    refused("CF09e", "an unknown zone in a price list", "CFG_ZONE", "prices.list.zone",
        NAME + PRICES + 'zone = "CST"'),
    command("CF10", "a period that ends before it starts", "CFG_PERIOD",
        "period 2026-08-10/2026-08-01", ("run", "--period", "2026-08-10/2026-08-01")),
    command("CF10b", "a period whose end is its start", "CFG_PERIOD",
        "period 2026-08-10/2026-08-10", ("run", "--period", "2026-08-10/2026-08-10")),
    command("CF10c", "a month that does not exist", "CFG_PERIOD", "period 2026-13",
        ("run", "--period", "2026-13")),
    ConfigurationCase("CF11", "a period that starts in an hour the clocks skip",
        "configuration refused", "CFG_PERIOD_DST", place="period 2026-04-24",
        settings=(NAME + 'zone = "Africa/Cairo"').encode(),
        words=("run", "--period", "2026-04-24")),
    ConfigurationCase("CF11b", "a period that starts in an hour the clocks repeat",
        "configuration refused", "CFG_PERIOD_DST", place="period 2026-11-01",
        settings=(NAME + 'zone = "America/Havana"').encode(),
        words=("run", "--period", "2026-11-01")),
    refused("CF12", "settings larger than 1 MiB", "CFG_TOO_LARGE", "tieout.toml",
        NAME + "#" * 1024 * 1024),
    refused("CF12b", "settings nested deeper than 20 levels", "CFG_TOO_LARGE", "tieout.toml",
        NAME + "x = " + "[" * 21 + "]" * 21),
    refused("CF12c", "settings nested a hundred thousand levels deep", "CFG_TOO_LARGE",
        "tieout.toml", NAME + "x = " + "[" * 100_000 + "]" * 100_000),
    ConfigurationCase("CF13", "a key of an API in the settings", "configuration refused",
        "CFG_INLINE_SECRET", settings=(NAME + 'api_key = "hunter-two"').encode(), place="api_key",
        secret="hunter-two"),  # noqa: S106
    ConfigurationCase("CF13b", "a value that looks like a key", "configuration refused",
        "CFG_INLINE_SECRET", settings=(NAME + USAGE + f'project = "{_KEY}"').encode(),
        place="tieout.toml: usage.gateway.project", secret=_KEY),
    ConfigurationCase("CF13c", "an address with a password in the settings",
        "configuration refused", "CFG_INLINE_SECRET",
        settings=(NAME + USAGE + 'project = { value = "https://u:hunter@host/x" }').encode(),
        place="tieout.toml: usage.gateway.project.value", secret="hunter"),  # noqa: S106
    address("CF13d", "a key in the address of a price source", "CFG_INLINE_SECRET",
        "https://example.com/prices?page=1&key=hunter", "https://example.com/prices", "hunter"),
    address("CF13e", "a key in the path of the address of a price source", "CFG_INLINE_SECRET",
        f"https://example.com/{_KEY}/prices", "https://example.com/sk-REDACTED/prices", _KEY),
    address("CF17", "the address of a price source without encryption (http:)", "CFG_URL_SCHEME",
        "http://example.com/prices"),
    address("CF17b", "the address of a price source that is a file", "CFG_URL_SCHEME", "file:///etc/passwd"),
    address("CF17c", "the address of a price source for FTP", "CFG_URL_SCHEME", "ftp://example.com/prices"),
    address("CF17d", "the address of a price source for Gopher", "CFG_URL_SCHEME", "gopher://example.com/prices"),
    address("CF17e", "the address of a price source without https:", "CFG_URL_SCHEME", "example.com/prices"),
    address("CF18", "the address of a price source with user and password", "CFG_URL_FORM",
        "https://me:hunter@example.com/prices", "https:...", "hunter"),
    address("CF18b", "the address of a price source with a mark behind #", "CFG_URL_FORM", "https://example.com/prices#text"),
    address("CF18c", "the address of a price source with a port of its own", "CFG_URL_FORM", "https://example.com:8443/x"),
    address("CF18d", "the address of a price source with odd signs in a password", "CFG_URL_FORM",
        "https://me:hun?ter#@example.com/", "https:...", "hun"),
    address("CF18e", "the address of a price source with a line break inside", "CFG_URL_FORM", "https://example.com/a\nb",
        "https://example.com/a\nb"),
    address("CF19", "the address of a price source by number, 127.0.0.1", "CFG_URL_HOST",
        "https://127.0.0.1/prices"),
    address("CF19b", "the address of a price source as one number, 2130706433", "CFG_URL_HOST", "https://2130706433/prices"),
    address("CF19c", "the address of a price source with an octal part, 0177.0.0.1", "CFG_URL_HOST", "https://0177.0.0.1/x"),
    address("CF19d", "the address of a price source by an inner number wrapped in IPv6", "CFG_URL_HOST",
        "https://[::ffff:169.254.169.254]/x"),
    address("CF19e", "the address of a price source on localhost, with a dot behind it", "CFG_URL_HOST", "https://localhost./x"),
    address("CF19f", "the address of a price source with a letter that only looks Latin", "CFG_URL_HOST",
        "https://ex\u0430mple.com/x"),
    address("CF19g", "the address of a price source with such a letter in code (xn--)", "CFG_URL_HOST", "https://xn--exmple-4nf.com/x"),
    address("CF19h", "the address of a price source in the local network", "CFG_URL_HOST", "https://prices.internal/x"),
    command("CF20", "a report written into the evidence", "CFG_PATH_OVERLAP",
        "small/evidence/report.html", ("report", "--out", "small/evidence/report.html")),
    command("CF20b", "a workspace made inside the evidence of another", "CFG_PATH_OVERLAP",
        "small/evidence/objects/new", ("init", "small/evidence/objects/new")),
    command("CF20c", "a report written among the runs, by a detour", "CFG_PATH_OVERLAP",
        "small/evidence/../runs/report.html",
        ("report", "--out", "small/evidence/../runs/report.html")),
    refused("CF21", "a rounding nobody knows", "CFG_ROUNDING", "ledger_terms.rounding.level",
        NAME + '[ledger_terms]\nrounding = { level = "month", step = "0.01" }'),
    refused("CF21b", "a rounding mode nobody knows", "CFG_ROUNDING", "ledger_terms.rounding.mode",
        NAME + '[ledger_terms]\nrounding = { mode = "half_up" }'),
    command("CF22", "one person reads a price source and accepts it", "CFG_SOD",
        "read by AB, accepted by ab ",
        (*IMPORT, *TIME, "--by", "AB", "--approved-by", "ab ")),
    ConfigurationCase("CF22b", "the person who read a price source accepts it later",
        "configuration refused", "CFG_SOD", place="read by AB, accepted by AB",
        words=("prices", "approve", "CAPTURE", "--by", "AB"), opened=()),
    refused("CF23", "settings that are not UTF-8", "CFG_ENCODING", "tieout.toml, byte 16",
        b'workspace = "caf\xe9"'),
    refused("CF23b", "settings in UTF-16", "CFG_ENCODING", "tieout.toml, byte 0",
        NAME.encode("utf-16")),
    refused("CF23c", "lines that end in a carriage return alone", "CFG_ENCODING", "tieout.toml",
        NAME.replace("\n", "\r")),
    accepted("CF23d", "a byte order mark before the settings", "workspace", "small",
        b"\xef\xbb\xbf" + NAME.encode(), "The mark changes nothing."),
    ConfigurationCase("CF24", "an exclusion that takes every row", "run refused", "EXCLUDE_ALL",
        words=("run", "--period", "2026-08"), place="exclusions.csv, RULE:all: 2 rows",
        exclusions="all,cost_center,search,not ours,CD\n", opened=()),
    ConfigurationCase("CF24b", "exclusions that take every row between them", "run refused",
        "EXCLUDE_ALL", words=("run", "--period", "2026-08"),
        place="exclusions.csv, RULE:second: 1 row",
        exclusions="first,request_id,r1,not ours,CD\nsecond,request_id,r2,not ours,CD\n",
        opened=()),
    command("CF25", "an option given twice", "CFG_CONFLICT", "--period",
        ("run", "--period", "2026-08", "--period", "2026-09")),
    command("CF25b", "a workspace named twice", "CFG_CONFLICT", "--workspace",
        ("--workspace", "other", *LISTED)),
    ConfigurationCase("CF25c", "an option that says another thing than the meta file",
        "configuration refused", "CFG_CONFLICT", place="--by: CD, --meta: AB",
        words=(*IMPORT, "--meta", "prices.meta.json", "--by", "CD"),
        opened=("tieout.toml", "prices.meta.json")),
    command("CF25d", "an option that the manifest says for each file", "CFG_CONFLICT",
        "--url beside --manifest, which says it",
        ("prices", "import", "--source", "list", "--format", "price-list", "--by", "AB",
         "--manifest", "history.csv", "--url", "https://example.com/x")),
)  # fmt: skip
