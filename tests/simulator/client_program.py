"""Runs the vendor's own client against a simulator, in the environment of that client.

Reads a list of ``{"address": ..., "environment": {...}, "commands": [[...], ...]}`` from standard
input and writes, for each command of each, its exit code and what it printed. The client's account
address is a constant; it is the one thing replaced here. Trust store and credentials come from the
environment.
"""

import contextlib
import io
import json
import os
import sys

import click
from cometapi_cli import client
from cometapi_cli.app import app


def run(words: list[str]) -> dict[str, object]:
    """One command, with its output caught."""
    caught = (io.BytesIO(), io.BytesIO())
    out, err = (io.TextIOWrapper(one, encoding="utf-8") for one in caught)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code: object = 0
        try:
            app(words, prog_name="cometapi", standalone_mode=True)
        except SystemExit as ended:
            code = ended.code or 0
        except click.exceptions.Exit as ended:
            code = ended.exit_code
    out.flush()
    err.flush()
    return {
        "code": code,
        "out": caught[0].getvalue().decode(),
        "err": caught[1].getvalue().decode(),
    }


def main() -> None:
    """Run what was asked for, in one process: importing the client takes longer than its calls."""
    told = []
    for asked in json.load(sys.stdin):
        client.COMETAPI_DASHBOARD_BASE = asked["address"]
        os.environ.update(asked["environment"])
        told.append([run(words) for words in asked["commands"]])
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
