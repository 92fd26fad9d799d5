"""In how many files the same records come is no part of the result (L5)."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.cli.conftest import AS_OF, LEDGER, USAGE, Commands, Words, price_command

# One more row that cannot be read, so that both files have one.
ROWS = [*USAGE.splitlines(), "r5,2026-08-05T14:00:00Z,alpha,200,few,10,search"]


def test_two_files_with_an_unreadable_row_each_have_the_result_of_one(
    filled: Commands, stages: dict[str, Path], tmp_path: Path
) -> None:
    digests = []
    for name, files in (
        ("one", [ROWS]),
        ("two", [[ROWS[0], *ROWS[1::2]], [ROWS[0], *ROWS[2::2]]]),
    ):
        root = tmp_path / name
        shutil.copytree(stages["started"], root)
        paths = []
        for number, rows in enumerate(files):
            paths.append(tmp_path / f"{name}-{number}.csv")
            paths[-1].write_text("\n".join(rows) + "\n", encoding="utf-8")
        (tmp_path / "books.csv").write_text(LEDGER, encoding="utf-8")
        filled.root = root
        commands: tuple[Words, ...] = (
            price_command(tmp_path),
            ("usage", "import", *paths, "--by", "AB"),
            ("ledger", "import", tmp_path / "books.csv", "--by", "AB"),
        )
        for words in commands:
            assert filled(*words) == 0
        answer = filled.json("run", "--period", "2026-08", "--as-of", AS_OF, "--by", "AB")
        assert answer["rows"]["quarantined"] == 2
        digests.append(answer["result_digest"])
    assert digests[0] == digests[1]
