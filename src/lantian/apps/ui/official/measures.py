"""The measures of GB/T 9704-2012, once for what sets a paper and for what checks it. mm and points."""

import re

PAGE_MM = (210, 297)
"""A4 (5.2.1)."""
MARGINS_MM = {"top": 37, "bottom": 35, "left": 28, "right": 26}
"""Head and binding edge by 5.2.1; the others follow from the type area."""
TYPE_AREA_MM = (156, 225)
LINES, CHARACTERS = 22, 28
"""Lines of a page and characters of a line (5.2.3)."""
POINTS_PER_MM = 72 / 25.4
LINE_PT = TYPE_AREA_MM[1] * POINTS_PER_MM / LINES
"""Distance of two lines, about 29 pt."""
CHARACTER_PT = TYPE_AREA_MM[0] * POINTS_PER_MM / CHARACTERS
"""Distance of two characters, about 15.8 pt."""

SIZE_2, SIZE_3, SIZE_4 = 22.0, 16.0, 14.0
"""二号, 三号 and 四号 in points."""
TABLE_PT = 10.5
"""五号, for tables: the standard leaves their size open."""
FIGURE_MOST_MM = 165
"""A figure as wide as the type area is set narrower where it would be higher: text and caption share its page."""
HEAD_MOST_PT, HEAD_LEAST_PT = 42.0, 18.0
HEAD_TOP_MM = 35
"""From the type area's upper edge to the red head (7.2.4)."""
LINES_UNDER = {"head": 2, "rule": 2, "title": 1}
"""Empty lines below the red head, the red line and the title (7.2.5, 7.3.1, 7.3.2)."""
COPIES = "抄送："
"""What the copy line begins with; its further lines begin below what follows the colon (7.4.2)."""
RED_LINE_GAP_MM = 4
"""From the number to the red line (7.2.7)."""
PAGE_NUMBER_MM = 7
"""From the type area's lower edge to the page number (7.5)."""
RED = "E60012"

BODY = "仿宋_GB2312"
TITLE = "方正小标宋简体"
HEADING_1 = "黑体"
HEADING_2 = "楷体_GB2312"
NUMBERS = "宋体"
LATIN = "Times New Roman"
HEADING_FACES = {1: HEADING_1, 2: HEADING_2, 3: BODY, 4: BODY}


def head_size(text: str) -> float:
    """Return the size of the red head in points: one line of the type area, within what looks like a head.

    >>> head_size("区蓝天办文件"), head_size("北京市朝阳区蓝天保卫战指挥部办公室文件")
    (42.0, 23.0)
    """
    fitting = TYPE_AREA_MM[0] * POINTS_PER_MM // max(1, len(text))
    return max(HEAD_LEAST_PT, min(HEAD_MOST_PT, fitting))


VIEW_BOX = re.compile(r'viewBox="[-0-9.]+ [-0-9.]+ ([0-9.]+) ([0-9.]+)"')


def figure_width(svg: str) -> float:
    """Return how wide a figure is set [mm]: as the type area, less where it would be too high.

    >>> figure_width('<svg viewBox="0 0 620 200">'), figure_width('<svg viewBox="0 0 300 600">'), figure_width("<svg>")
    (156.0, 82.5, 156.0)
    """
    found = VIEW_BOX.search(svg)
    if not found:
        return float(TYPE_AREA_MM[0])
    return min(float(TYPE_AREA_MM[0]), FIGURE_MOST_MM * float(found[1]) / float(found[2]))
