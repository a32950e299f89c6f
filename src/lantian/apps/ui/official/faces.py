"""Faces by name (字体): which of those that GB/T 9704 asks for are here, and what stands in for the others."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst
from django.conf import settings

from lantian.apps.ui.official.measures import BODY, HEADING_1, HEADING_2, LATIN, NUMBERS, TITLE
from lantian.kernel.errors import LantianError, Text

BUNDLED = Path(pylopdf_fonts_zh_cn.__file__).parent
SANS, SERIF = "Noto Sans SC", "Noto Serif SC"

SAME_FACE: Mapping[str, tuple[str, ...]] = {
    BODY: ("仿宋_GB2312", "FangSong_GB2312", "仿宋", "FangSong", "STFangsong"),
    TITLE: ("方正小标宋简体", "FZXiaoBiaoSong-B05S", "FZXBSJW--GB1-0", "方正小标宋_GBK", "FZXiaoBiaoSong-B05"),
    HEADING_1: ("黑体", "SimHei", "STHeiti"),
    HEADING_2: ("楷体_GB2312", "KaiTi_GB2312", "楷体", "KaiTi", "STKaiti"),
    NUMBERS: ("宋体", "SimSun", "STSong"),
    LATIN: ("Times New Roman", "Liberation Serif", "Nimbus Roman"),
}
"""Names under which one face is found."""
STANDING_IN: Mapping[str, str] = {
    BODY: SERIF,
    TITLE: SERIF,
    HEADING_1: SANS,
    HEADING_2: SERIF,
    NUMBERS: SERIF,
    LATIN: SERIF,
}


class NoFace(LantianError):
    """Not even the faces that stand in are installed, so no PDF can be set."""

    def __init__(self, names: list[str]) -> None:
        listed = "、".join(names)
        super().__init__(
            Text(
                f"缺少中文字体“{listed}”（应在 {BUNDLED}），不能生成 PDF；请重装字体包 pylopdf-fonts-zh-cn。",
                f"The Chinese fonts {', '.join(names)} are not in {BUNDLED}; install pylopdf-fonts-zh-cn again.",
            )
        )


def folders() -> list[Path]:
    """Return the folders where faces are looked for: the bundled one, and the deployment's own DATA_DIR/fonts."""
    own = Path(settings.DATA_DIR) / "fonts"
    return [BUNDLED, own] if own.is_dir() else [BUNDLED]


@cache
def fonts(looked_in: tuple[Path, ...]) -> typst.Fonts:
    """Return the faces in these folders and of the system; the folders are read once in a process."""
    return typst.Fonts(font_paths=list(looked_in))


def here() -> typst.Fonts:
    """Return the faces that papers are set with."""
    return fonts(tuple(folders()))


@cache
def installed(looked_in: tuple[Path, ...]) -> frozenset[str]:
    """Return the names of these faces."""
    return frozenset(fonts(looked_in).families())


def chosen(families: frozenset[str] | None = None) -> dict[str, str]:
    """Return the face that is used for each face of the standard.

    >>> chosen(frozenset({"FangSong", "Noto Sans SC", "Noto Serif SC"}))["仿宋_GB2312"]
    'FangSong'
    """
    there = installed(tuple(folders())) if families is None else families
    missing = [name for name in (SANS, SERIF) if name not in there]
    if missing:
        raise NoFace(missing)
    return {face: next((one for one in names if one in there), STANDING_IN[face]) for face, names in SAME_FACE.items()}


def substituted(families: frozenset[str] | None = None) -> list[Text]:
    """Return one warning for each face of the standard that another stands in for, to be shown beside the paper.

    >>> there = frozenset({"FangSong", "SimHei", "KaiTi", "SimSun", "Liberation Serif", SANS, SERIF})
    >>> [one.zh for one in substituted(there)]
    ['缺少字体“方正小标宋简体”，PDF 以“Noto Serif SC”代替。']
    """
    return [
        Text(f"缺少字体“{face}”，PDF 以“{used}”代替。", f"The face {face} is missing; the PDF uses {used} instead.")
        for face, used in chosen(families).items()
        if used not in SAME_FACE[face]
    ]
