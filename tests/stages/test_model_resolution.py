"""model_resolution: an exact id in force beats an alias (D2); nothing else resolves."""

from __future__ import annotations

from tests.stages.conftest import Stage

PATH = "mapping/model_resolution"


def test_an_exact_id_in_force_beats_an_alias_and_a_dead_one_does_not(stage: Stage) -> None:
    """Given these tables.

    usage_record
    row_id | model_as_logged | occurred_at
    1      | m               | 08-10
    2      | m               | 08-20
    3      | M               | 08-10
    4      | -               | 08-10
    price_set
    price_set_id | source_model_id | effective_from | effective_until
    a            | m               | 08-01          | 08-20
    price_in_force
    source_model_id | effective_from | effective_until | rates_in_force
    m               | 08-01          | 08-20           | 1
    alias
    alias_id | internal_model_alias | source_model_id | effective_from | effective_until
    line 2   | m                    | other           | 08-01          | -
    """
    assert stage.makes(PATH, "row_id, source_model_id, resolved_by") == [
        (1, "m", "exact"),
        (2, "other", "alias"),
        (3, None, None),
        (4, None, None),
    ]


def test_an_alias_holds_from_its_start_until_before_its_end(stage: Stage) -> None:
    """Given these tables.

    ledger_record
    row_id | model_as_recorded | posted_at
    1      | ours              | 07-31 23:59:59
    2      | ours              | 08-01
    3      | ours              | 08-20
    alias
    alias_id | internal_model_alias | source_model_id | effective_from | effective_until
    line 2   | ours                 | m               | 08-01          | 08-20
    """
    assert stage.makes(PATH, "leg, row_id, source_model_id") == [
        ("ledger", 1, None),
        ("ledger", 2, "m"),
        ("ledger", 3, None),
    ]
