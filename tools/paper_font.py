# ruff: noqa: INP001, T201 - a program in a folder of programs; it speaks to people
"""Make the font of the pages anew: `python -m tools.paper_font FOLDER`, FOLDER being the unpacked npm package `@embedpdf/fonts-sc`.

It is Noto Sans Hans (OFL 1.1) cut down to what GBK can write and to Latin letters, without what only a typesetter needs, and under a
name of its own, as its licence asks of whoever changes it. Kept in the tree, because it changes never and Python alone must be enough.
"""

import sys
from pathlib import Path
from typing import Any, Final

from fontTools import subset
from fontTools.ttLib import TTFont

FONTS: Final = Path(__file__).resolve().parent.parent / "src" / "amends" / "exchange" / "fonts"
NAME: Final = "Amends Paper"
BLOCKS: Final = (range(0x20, 0x2700), range(0x3000, 0x3100), range(0xFF00, 0xFFF0))
_DROPPED: Final = ("BASE", "GSUB", "GPOS", "VORG", "vhea", "vmtx", "DSIG")
_NAMED: Final = {1: NAME, 3: f"{NAME} 1", 4: NAME, 6: NAME.replace(" ", "")}


def main(package: Path) -> None:
    """Cut, name, write."""
    source = package / "fonts" / "NotoSansHans-Regular.otf"
    font = TTFont(source)
    options: Any = subset.Options()
    options.layout_features, options.hinting, options.name_IDs = [], False, [0, 1, 2, 3, 4, 6, 13, 14]
    options.drop_tables += _DROPPED
    cut = subset.Subsetter(options)
    cut.populate(unicodes=[point for point in font.getBestCmap() if _wanted(point)])
    cut.subset(font)
    for record in font["name"].names:
        if record.nameID in _NAMED:
            record.string = _NAMED[record.nameID]
    font["CFF "].cff.fontNames = [NAME.replace(" ", "")]
    FONTS.mkdir(exist_ok=True)
    font.save(FONTS / "paper.otf")
    (FONTS / "OFL.txt").write_bytes((package / "LICENSE").read_bytes())
    print(f"{FONTS / 'paper.otf'}: {(FONTS / 'paper.otf').stat().st_size:,} bytes")


def _wanted(point: int) -> bool:
    if any(point in block for block in BLOCKS):
        return True
    try:
        chr(point).encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


if __name__ == "__main__":
    main(Path(sys.argv[1]))
