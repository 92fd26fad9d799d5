"""Settings: ``tieout.toml`` as a document with every key known, checked before anything is read.

The file is written by a person and travels with the run. Money in it is decimal text; a setting
that cannot be meant is refused with its name and the next step.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, TypeVar

import msgspec

from tieout.calendar import zone
from tieout.contract.register import vendors_with_items
from tieout.credits.books import Books
from tieout.intake.feed import Feed
from tieout.money import COST_SCALE, LEVELS, MODES, NotMoney, parse_money, plain
from tieout.pricebook.parsing import Declared
from tieout.vendors_path import VendorFacts, vendor_facts
from tieout.workspace.book_terms import check_books
from tieout.workspace.collecting import COLLECTING_RANGES, Collecting
from tieout.workspace.daily_terms import Daily
from tieout.workspace.document import nearest, read_document, refuse_unknown_keys, refused
from tieout.workspace.feeds import check_feed, with_profile
from tieout.workspace.fetch_terms import Fetch
from tieout.workspace.policy import GROUP_KEYS, CrossCheck, LedgerTerms, Matching, Policy
from tieout.workspace.policy_check import check_policy

Shape = TypeVar("Shape")

# Decimal settings: table, key, smallest value, whether the smallest itself is allowed.
_DECIMALS: Final = (
    ("ledger_terms", "recorded_step", Decimal(0), True),
    ("ledger_terms.rounding", "step", Decimal(0), False),
    ("policy", "hold_limit", Decimal(0), True),
    ("policy", "materiality", Decimal(0), True),
    ("policy", "absurd_factor", Decimal(1), False),
    ("policy", "second_source_share", Decimal(0), True),
    ("policy", "price_jump_factor", Decimal(1), False),
    ("policy", "trivial_amount", Decimal(0), True),
    ("policy", "trivial_total", Decimal(0), True),
    ("policy", "unverified_limit", Decimal(0), True),
    ("policy.acceptance", "max_gross", Decimal(0), True),
    ("policy.acceptance", "most", Decimal(0), True),
    ("policy", "escalated_limit", Decimal(0), True),
)

_MOST_DECIMALS: Final = COST_SCALE - 1
_LARGEST_STEP: Final = 1_000_000


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The settings of one workspace.

    Attributes:
        workspace: its name, as reports show it.
        zone: the one reporting zone (D6).
        confirmed: false as long as a proposal waits for a person; nothing prices money until then.
        margin_days: rows this near a bound of the period may be counterparts (D6).
        calculation_version: the version of the calculation in force (K1).
        usage: the usage feeds by name.
        ledger: the ledger feeds by name.
        prices: by the name of the price source, the column map of a CSV price list; with form =
            "page" the profile of a saved page; with form = "ratios" what a ratio of one costs.
        cross_check: which price sources price, and which check them (P4).
        ledger_terms: what the ledger means by its cost.
        matching: the keys of the group grain.
        policy: thresholds, all local.
        collecting: how a vendor's log is collected.
        fetch: how vendors are fetched from.
        daily: what the morning check fetches, and whom it tells.
        books: the accounts and terms of the prepaid journal (B3).
    """

    workspace: str
    zone: str = "UTC"
    confirmed: bool = True
    margin_days: int = 2
    calculation_version: str = "v1"
    usage: dict[str, Feed] = {}
    ledger: dict[str, Feed] = {}
    prices: dict[str, Declared] = {}
    cross_check: CrossCheck = CrossCheck()
    ledger_terms: LedgerTerms = LedgerTerms()
    matching: Matching = Matching()
    policy: Policy = Policy()
    collecting: Collecting = Collecting()
    fetch: Fetch = Fetch()
    daily: Daily = Daily()
    books: Books = Books()

    @property
    def charge_unit(self) -> Decimal:
        """What one of a vendor's units is worth, the most of any log; 0 where charges are money."""
        return max(self._charge_units, default=Decimal(0))

    @property
    def has_one_charge_unit(self) -> bool:
        """Whether every log that counts units says the same of what one of them is worth."""
        return len(self._charge_units) == 1

    @property
    def _charge_units(self) -> set[Decimal]:
        worths = [feed.charged.unit_value for feed in self.usage.values() if feed.charged]
        return {parse_money(one) for one in worths if one is not None}

    def require_confirmed(self) -> None:
        """Let nothing be priced by a proposal that no person has read.

        Raises:
            ConfigurationRefused: ``CFG_UNCONFIRMED``.
        """
        if not self.confirmed:
            raise refused(
                "CFG_UNCONFIRMED", "These settings are a proposal that nobody has confirmed.",
                "confirmed", "Read tieout.toml, settle each UNSURE, then set confirmed = true.",
            )  # fmt: skip


def read_settings(
    content: bytes, name: str = "tieout.toml", vendors: VendorFacts | None = None
) -> Settings:
    """Read and check a settings file.

    Args:
        content: the bytes of the file.
        name: how refusals call it.
        vendors: the vendor facts with their profiles; by default those that come with Tieout.

    Raises:
        ConfigurationRefused: any ``CFG_`` code; nothing was read but this file.
    """
    tree = read_document(content, name)
    facts = vendor_facts() if vendors is None else vendors
    for leg in ("usage", "ledger"):
        tables = _tables(tree, leg)
        tree[leg] = {key: with_profile(feed, f"{leg}.{key}", facts) for key, feed in tables.items()}
    for declared in _tables(tree, "prices").values():
        declared.setdefault("form", "list")
    _refuse_places(tree)
    refuse_unknown_keys(tree, Settings)
    _check_rounding(tree)
    _read_decimals(tree)
    feeds = {
        leg: {key: _converted(feed, Feed, f"{leg}.{key}") for key, feed in tree[leg].items()}
        for leg in ("usage", "ledger")
    }
    settings = _converted({**tree, **feeds}, Settings, "")
    _check(settings)
    for key, price_list in settings.prices.items():
        price_list.check(f"prices.{key}")
    for leg, checked in feeds.items():
        for key, feed in checked.items():
            check_feed(feed, leg, key, tree[leg][key])
            _check_vendor(feed, f"{leg}.{key}.vendor", facts)
    return settings


def _check_vendor(feed: Feed, setting: str, facts: VendorFacts) -> None:
    known = vendors_with_items(facts)
    if feed.vendor and feed.vendor not in known:
        raise refused(
            "CFG_WORD", f"There are no contract items of {feed.vendor!r}.", setting,
            nearest(feed.vendor, known),
        )  # fmt: skip


def _converted(tree: Mapping[str, Any], shape: type[Shape], setting: str) -> Shape:
    try:
        return msgspec.convert(tree, shape)
    except msgspec.ValidationError as error:
        what, _, place = str(error).partition(" - at `$")
        where = f"{setting}{place.rstrip('`')}".lstrip(".") or "tieout.toml"
        remedy = "Correct the value, or take the key out."
        raise refused("CFG_TYPE", f"{what}.", where, remedy) from error


def _tables(tree: Mapping[str, Any], leg: str) -> dict[str, dict[str, Any]]:
    feeds = tree.get(leg, {})
    if not isinstance(feeds, dict) or not all(isinstance(feed, dict) for feed in feeds.values()):
        raise refused(
            "CFG_TYPE", f"{leg} holds feeds, each a table of its own.", leg,
            f"Write [{leg}.NAME] above the keys of the feed.",
        )  # fmt: skip
    return feeds


def _refuse_places(tree: Mapping[str, Any]) -> None:
    """A number of decimals says no step of five cents; the step says both."""
    places = _table(tree, "ledger_terms.rounding").get("places")
    if places is not None:
        step = "0.01"
        if isinstance(places, int) and 0 <= places <= 20:
            step = plain(Decimal(1).scaleb(-places))
        raise refused(
            "CFG_UNKNOWN_KEY", "'places' is not a setting; a rounding is declared by its step.",
            "ledger_terms.rounding.places", f'Write step = "{step}" in its place.',
        )  # fmt: skip


def _check_rounding(tree: Mapping[str, Any]) -> None:
    """Levels and modes by name; whatever is rounded has a step (K4)."""
    rounding = _table(tree, "ledger_terms.rounding")
    known: dict[str, tuple[str, ...]] = {"level": LEVELS, "mode": MODES}
    for key, words in known.items():
        said = rounding.get(key, words[0])
        if said not in words:
            raise refused(
                "CFG_ROUNDING", f"{said!r} is no rounding {key} Tieout knows.",
                f"ledger_terms.rounding.{key}", nearest(str(said), words),
            )  # fmt: skip
    if rounding.get("level", "none") != "none" and "step" not in rounding:
        raise refused(
            "CFG_ROUNDING", "The rounding names a level and no step.",
            "ledger_terms.rounding.step", 'Write what amounts are rounded to, like step = "0.01".',
        )  # fmt: skip


def _table(tree: Mapping[str, Any], path: str) -> dict[str, Any]:
    """The table at a dotted path; empty where there is none."""
    found: Any = tree
    for key in path.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _read_decimals(tree: dict[str, Any]) -> None:
    """Turn the decimal settings from their text into decimals, and check their range."""
    for table, key, low, inclusive in _DECIMALS:
        holder = _table(tree, table)
        if key not in holder:
            continue
        setting, said = f"{table}.{key}", holder[key]
        value = _decimal(said, setting)
        if value < low or (value == low and not inclusive):
            bound = f"{'at least' if inclusive else 'more than'} {low}"
            raise refused("CFG_RANGE", f"{setting} is {said}.", setting, f"Write {bound}.")
        holder[key] = value


def _decimal(said: object, setting: str) -> Decimal:
    if isinstance(said, bool) or not isinstance(said, (str, int)):
        raise refused(
            "CFG_TYPE", f"{setting} is not a decimal.", setting, 'Write it in quotes, like "0.01".'
        )
    text = str(said)
    if text.lower().lstrip("+-") in ("nan", "inf", "infinity"):
        raise refused("CFG_RANGE", f"{setting} is {text}.", setting, "Write a finite number.")
    try:
        return parse_money(text)
    except NotMoney as error:
        raise refused(
            "CFG_DECIMAL", f"{setting} is not decimal text: {error}.", setting,
            'Write digits and a point, in quotes, like "0.01".',
        ) from error  # fmt: skip


def _check(settings: Settings) -> None:
    zone(settings.zone, "zone")
    for setting, value, low, high in (
        ("margin_days", settings.margin_days, 0, 31),
        *(
            (f"collecting.{name}", getattr(settings.collecting, name), low, high)
            for name, low, high in COLLECTING_RANGES
        ),
    ):
        if not low <= value <= high:
            raise refused("CFG_RANGE", f"{setting} is {value}.", setting, f"Write {low} to {high}.")
    for setting, text in (
        ("workspace", settings.workspace),
        ("calculation_version", settings.calculation_version),
        ("policy.version", settings.policy.version),
    ):
        if not text.strip() or not text.isprintable() or len(text) > 100:
            raise refused(
                "CFG_NAME",
                f"{setting} is no name.",
                setting,
                "Write 1 to 100 printable characters.",
            )
    settings.fetch.check()
    settings.daily.check()
    check_books(settings.books)
    _check_steps(settings.ledger_terms)
    _check_roles(settings)
    check_policy(settings.policy)
    keys = settings.matching.keys
    for key in keys:
        if key not in GROUP_KEYS:
            raise refused(
                "CFG_WORD", f"{key!r} is not a key to match by.", "matching.keys",
                nearest(key, GROUP_KEYS),
            )  # fmt: skip
    if not keys or len(set(keys)) != len(keys):
        raise refused(
            "CFG_RANGE", "matching.keys names each key once, and at least one.", "matching.keys",
            "Write the keys that a group of lines must agree in.",
        )  # fmt: skip


def _check_roles(settings: Settings) -> None:
    """Each source has one role; what checks has something to check (P4)."""
    roles = settings.cross_check
    named = (*roles.primary, *roles.check)
    if twice := sorted({name for name in named if named.count(name) > 1}):
        raise refused(
            "CFG_ROLE", f"The price source {twice[0]!r} is named twice.", "cross_check",
            "Name each source once: under primary, where it prices, or under check.",
        )  # fmt: skip
    if roles.check and not roles.primary:
        raise refused(
            "CFG_ROLE", "There are sources that check, and none that they check.",
            "cross_check.primary", "Name the source that prices, as a rule the documentation.",
        )  # fmt: skip


def _check_steps(terms: LedgerTerms) -> None:
    """Half of a step is an amount itself; and no booking rounds to more than a million."""
    for setting, step in (
        ("ledger_terms.recorded_step", terms.recorded_step),
        ("ledger_terms.rounding.step", terms.rounding.step),
    ):
        exponent = step.as_tuple().exponent
        assert isinstance(exponent, int)
        if exponent < -_MOST_DECIMALS or step > _LARGEST_STEP:
            raise refused(
                "CFG_RANGE", f"{setting} is {plain(step)}.", setting,
                f"Write at most {_LARGEST_STEP:,}, with at most {_MOST_DECIMALS} decimals.",
            )  # fmt: skip
