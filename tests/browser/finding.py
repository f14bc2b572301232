"""Where a Chromium is, for the browser tests and the pictures of the documents."""

import os
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOW_TO_GET_ONE = (
    "no Chromium here: `.ci/get-chromium` unpacks Debian's into .ci/chromium, or AMENDS_CHROMIUM names another's path"
)
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = ("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost", "--font-render-hinting=none")


def chromium() -> str | None:
    """The path of a Chromium: the one that is named, the one of this checkout, the machine's."""
    if named := os.environ.get("AMENDS_CHROMIUM"):
        return named
    unpacked = ROOT / ".ci" / "chromium"
    if (unpacked / "complete").exists():
        return str(unpacked / "chromium")
    return next((found for program in PROGRAMS if (found := shutil.which(program))), None)
