"""Credits of the account and what an operator did: rows whose amounts stand in words alone."""

from __future__ import annotations

from typing import Final, NamedTuple


class Credit(NamedTuple):
    """A credit of one block: the type of its row, its text in the facts, USD, and money paid."""

    kind: str
    text: str
    usd: int
    paid: int


# A bonus makes the credit of a top-up more than what was paid. Eight blocks, then from the start.
CREDITS: Final = (
    Credit("system", "gift", 5, 0),
    Credit("top_up", "top_up", 110, 100),
    Credit("manage", "increased", 20, 0),
    Credit("manage", "decreased", -5, 0),
    Credit("manage", "changed", 10, 0),
    Credit("manage", "overrode", -2, 0),
    Credit("top_up", "code", 3, 0),
    None,
)


def credit_of(block: int) -> Credit | None:
    """The credit of a block; a gift comes once, in the first block."""
    found = CREDITS[block % len(CREDITS)]
    return None if found is not None and found.kind == "system" and block else found


def credit(block: int, texts: dict[str, str]) -> tuple[str, str] | None:
    """Type and words of the credit row of a block; None where it has none."""
    found = credit_of(block)
    if found is None:
        return None
    said = texts[found.text]
    amounts = {
        "amount": f"{abs(found.usd)}.000000",
        "paid": f"{found.paid}.000000",
        "before": "100.000000",
        "after": f"{100 + found.usd}.000000",
    }
    for name, amount in amounts.items():
        said = said.replace("{" + name + "}", amount)
    return found.kind, said
