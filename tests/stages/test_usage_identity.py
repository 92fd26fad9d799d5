"""usage_identity and refund_link: repeats, conflicts, and what a refund returns (D4)."""

from __future__ import annotations

from tests.stages.conftest import Stage


def test_repeats_conflicts_and_an_error_row_beside_its_consume_row(stage: Stage) -> None:
    """Given these tables.

    usage_record
    row_id | request_id | payload_digest | outcome   | entry_kind  | attempt
    1      | same       | x              | completed | consumption | -
    2      | same       | x              | completed | consumption | -
    3      | clash      | x              | completed | consumption | -
    4      | clash      | y              | completed | consumption | -
    5      | retried    | x              | failed    | consumption | -
    6      | retried    | y              | completed | consumption | -
    7      | failing    | x              | failed    | consumption | -
    8      | failing    | y              | failed    | consumption | -
    9      | numbered   | x              | failed    | consumption | 1
    10     | numbered   | y              | failed    | consumption | 1
    11     | -          | x              | completed | consumption | -
    """
    assert stage.makes("metering/usage_identity", "row_id, identity") == [
        (1, "single"), (10, "conflict"), (2, "repeat"), (3, "conflict"), (4, "conflict"),
        (5, "single"), (6, "single"), (7, "single"), (8, "single"), (9, "conflict"),
    ]  # fmt: skip


def test_a_refund_returns_one_consumption_of_its_amount(stage: Stage) -> None:
    """Given these tables.

    usage_record
    row_id | entry_kind  | task_id | charged_cost | occurred_at
    1      | consumption | t       | 0.5          | 08-02
    2      | consumption | t       | 0.5          | 08-01
    3      | refund      | t       | -0.5         | 08-03
    4      | refund      | t       | -0.5         | 08-04
    5      | refund      | t       | -0.5         | 08-05
    6      | refund      | t       | -0.4         | 08-05
    7      | refund      | other   | -0.5         | 08-05
    """
    assert stage.makes("metering/refund_link", "refund_row_id, consumption_row_id") == [
        (3, 2),
        (4, 1),
    ]


def test_units_pair_with_units_and_money_with_money(stage: Stage) -> None:
    """Given these tables.

    usage_record
    row_id | entry_kind  | task_id | charged_units | charged_cost | occurred_at
    1      | consumption | t       | 5             | -            | 08-01
    2      | refund      | t       | 5             | -            | 08-02
    3      | consumption | m       | 5             | 0.00001      | 08-01
    4      | refund      | m       | -             | -5           | 08-02
    """
    assert stage.makes("metering/refund_link", "refund_row_id, consumption_row_id") == [(2, 1)]
