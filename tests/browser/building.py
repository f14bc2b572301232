"""The console's built files, made anew where their sources changed."""

import sys
from pathlib import Path

from tests.browser.finding import ROOT


def built() -> Path:
    """The folder that the interface serves pages from."""
    sys.path.insert(0, str(ROOT))
    from tools.console import CONSOLE, WEB, build

    if (CONSOLE / "package.json").exists():
        build()
    return WEB
