"""What a sample shows: the form of a time, the step of an amount, which sums agree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from tieout.workspace.look import Look

_FORMS: Final = (
    ("rfc3339", re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")),
    ("local", re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?")),
    ("date", re.compile(r"\d{4}-\d\d-\d\d")),
    ("epoch_seconds", re.compile(r"\d{10}")),
    ("epoch_milliseconds", re.compile(r"\d{13}")),
)

_COMMA: Final = re.compile(r"-?\d+,\d+")
_WHOLE: Final = re.compile(r"-?\d+")


def filled(look: Look, column: str) -> list[str]:
    """The texts of a column that are there."""
    return [text for text in look.columns[column] if text]


def time_form(texts: list[str]) -> str | None:
    """The one form all texts have."""
    for form, pattern in _FORMS:
        if texts and all(pattern.fullmatch(text) for text in texts):
            return form
    return None


def number(text: str | None, decimal: str = ".") -> Decimal | None:
    """The text as a finite decimal, where it is one with that decimal sign."""
    try:
        value = Decimal(text.replace(decimal, ".")) if text else None
    except InvalidOperation:
        return None
    return value if value is not None and value.is_finite() else None


def decimal_comma(texts: Iterable[str]) -> bool:
    """Whether numbers are written with a decimal comma: some with one comma, none with a dot."""
    written = [text for text in texts if text]
    return any(_COMMA.fullmatch(text) for text in written) and all(
        _COMMA.fullmatch(text) or _WHOLE.fullmatch(text) for text in written
    )


def most_decimals(texts: list[str]) -> int | None:
    """The largest number of decimals written; null where some text is no plain number."""
    if not all(re.fullmatch(r"-?\d+(?:\.\d+)?", text) for text in texts):
        return None
    return max((len(text.partition(".")[2]) for text in texts), default=None)


def step_question(places: int | None, count: int) -> str:
    """What the amounts of the books show about their rounding, and the two lines that say it.

    Args:
        places: the most decimals that an amount shows; none where that cannot be said.
        count: how many amounts were looked at.
    """
    if not places:
        return 'do the books round? "0" means exact; else write their step and their rounding.'
    step = f"0.{'0' * (places - 1)}1"
    return (
        f"{count} amounts show at most {places} decimals. If the books round each entry to that,"
        f' write recorded_step = "{step}" and level = "request", step = "{step}"; "0" means exact.'
    )


def rows_that_add_up(look: Look, total: str, parts: Iterable[str]) -> tuple[int, int]:
    """How many sample rows have parts that make the total, of how many that can be judged."""
    agree = judged = 0
    columns = [look.columns[part] for part in parts]
    for position, text in enumerate(look.columns[total]):
        values = [number(column[position]) for column in columns]
        whole = number(text)
        if whole is not None and all(value is not None for value in values):
            judged += 1
            agree += whole == sum((value for value in values if value is not None), Decimal(0))
    return agree, judged


def rows_beyond(look: Look, part: str, whole: str) -> int:
    """How many sample rows have a part larger than the whole."""
    pairs = zip(look.columns[part], look.columns[whole], strict=True)
    numbers = ((number(left), number(right)) for left, right in pairs)
    return sum(a is not None and b is not None and a > b for a, b in numbers)


def distinct(texts: Iterable[str]) -> list[str]:
    """The distinct texts in the order in which they appear."""
    return list(dict.fromkeys(texts))


def meter_columns(found: Mapping[str, str], names: Iterable[str]) -> list[str]:
    """The columns of those meters that were found."""
    return [found[name] for name in names if name in found]
