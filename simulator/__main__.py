"""``python -m simulator``: serves one scenario over https on loopback until it is stopped.

Prints one line of JSON: port, authority, host names, and where the credentials stand. ``--truth``
writes what is really in the log, as JSON lines, before the first answer.
"""

from __future__ import annotations

import argparse
import json
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from string import Template

from simulator.facts import HERE, invented, scenarios
from simulator.server import Running, serve
from simulator.truth import truth, write


def main() -> int:
    """Serve what was asked for."""
    given = _asked().parse_args()
    if given.list:
        for name, one in scenarios().items():
            print(f"{name:<14} {one.says}")
        return 0
    # Without a first day the history ends now and goes on; with one it is the same whenever asked.
    now = datetime.now(UTC)
    live = given.start is None and given.now is None
    start = given.start or now.date() - timedelta(days=given.days)
    with serve(
        given.scenario,
        rows_per_day=given.rows_per_day,
        days=given.days,
        seed=given.seed,
        start=start,
        port=given.port,
        authority=given.authority,
        speed=int(live) if given.speed is None else given.speed,
        now=_clock(given.now) or (int(now.timestamp()) if live else None),
    ) as up:
        if given.settings:
            given.settings.write_text(settings(up), encoding="utf-8")
        if given.truth:
            write(truth(up.world), given.truth)
        account = invented().account
        line = {
            "port": up.port,
            "authority": str(up.authority),
            "resolve": up.hosts,
            "first_day": start.isoformat(),
            "days": given.days,
            "access_token": account["access_token"],
            "api_key": invented().keys[-1].key,
        }
        print(json.dumps(line), flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


def _clock(stands: datetime | None) -> int | None:
    """Unix seconds of an instant that says its offset."""
    if stands is not None and stands.tzinfo is None:
        raise SystemExit("--now needs an offset, like 2026-10-01T00:30:00Z")
    return None if stands is None else int(stands.timestamp())


def settings(up: Running) -> str:
    """Settings with which a workspace rehearses against this simulator."""
    template = Template((HERE / "settings.toml").read_text(encoding="utf-8"))
    return template.substitute(
        trust=up.authority.resolve(),
        resolve=", ".join(f'"{host}" = "{place}"' for host, place in up.hosts.items()),
        pages=", ".join(f'"{host}"' for host in up.world.facts.own["hosts"].values()),
    )


def _asked() -> argparse.ArgumentParser:
    asked = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    asked.add_argument("--list", action="store_true", help="name the scenarios and end")
    asked.add_argument("--scenario", default="plain", choices=sorted(scenarios()))
    asked.add_argument("--port", type=int, default=0, help="0: any free one")
    asked.add_argument(
        "--authority", type=Path, help="where to write the certificate to trust (PEM)"
    )
    asked.add_argument("--rows-per-day", type=int, default=400)
    asked.add_argument("--days", type=int, default=3, help="length of the history")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument(
        "--start",
        type=date.fromisoformat,
        help="first day; default: the history ends today, 00:00 UTC",
    )
    asked.add_argument(
        "--now",
        type=datetime.fromisoformat,
        help="where its clock stands, with an offset; default: the end of the history",
    )
    asked.add_argument(
        "--speed", type=int, help="seconds that pass there in one of ours; 0 with --start, else 1"
    )
    asked.add_argument("--settings", type=Path, help="where to write settings for tieout.toml")
    asked.add_argument("--truth", type=Path, help="where to write what is really in the log")
    return asked


if __name__ == "__main__":
    raise SystemExit(main())
