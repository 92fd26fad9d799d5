"""What the vendor's public page said on the day of the second capture, as somebody saved it.

Reads the generated catalog of the demo month and writes the same prices as a list, ratio applied.
One of them is stated otherwise: that is the conflict of this walk. Usage: CATALOG PAGE
"""

import csv
import json
import sys
from decimal import Decimal
from pathlib import Path

OTHERWISE = {"grok-4.5": Decimal("1.5")}
METERS = {
    "input": ("input_tokens", "1M tokens"),
    "output": ("output_tokens", "1M tokens"),
    "per_request": ("requests", "1 request"),
    "per_second": ("seconds", "1 second"),
}


def main(catalog: str, page: str) -> None:
    """Write the page of a catalog."""
    models = json.loads(Path(catalog).read_text("utf-8"), parse_float=Decimal)["data"]
    with Path(page).open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["model", "meter", "unit", "price"])
        for model in models:
            said = model["pricing"]
            factor = Decimal(said["ratio"]) * OTHERWISE.get(model["id"], Decimal(1))
            for field, (meter, unit) in METERS.items():
                if said[field] is not None:
                    rows.writerow([model["id"], meter, unit, said[field] * factor])


if __name__ == "__main__":
    main(*sys.argv[1:])
