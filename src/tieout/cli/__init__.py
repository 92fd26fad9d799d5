"""The command line of Tieout: one thin module for each noun, over :mod:`tieout.actions`."""

from tieout.cli.app import main

__all__ = ["main"]
