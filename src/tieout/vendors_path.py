"""Where the vendor facts lie: beside the package in a wheel, at the top of a source checkout.

Vendor facts are data (profiles, candidates of contract items); the code holds none of them.
"""

from __future__ import annotations

from pathlib import Path


def vendors_folder() -> Path:
    """The folder with one subfolder per vendor.

    Raises:
        FileNotFoundError: the installation is incomplete; neither layout holds the folder.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "vendors", package.parent.parent / "vendors"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError("the vendor facts are missing from this installation of tieout")
