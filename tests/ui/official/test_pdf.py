"""A paper as PDF and as pictures, and the faces that stand in."""

from io import BytesIO
from itertools import groupby

import pytest
from PIL import Image

from lantian.apps.ui.official.document import Paragraph
from lantian.apps.ui.official.faces import SANS, SERIF, NoFace, chosen, substituted
from lantian.apps.ui.official.pdf import facts, picture, to_pages, to_pdf
from tests.ui.official.papers import SVG, paper

PPI = 30


@pytest.fixture(scope="module")
def pages() -> list[Image.Image]:
    """Return the paper's pages as pictures."""
    return [Image.open(BytesIO(one)).convert("RGB") for one in to_pages(paper(), PPI)]


def test_the_paper_is_a_pdf_with_the_same_bytes_each_time() -> None:
    first = to_pdf(paper())
    assert first.startswith(b"%PDF-")
    assert first == to_pdf(paper())


def test_each_page_is_a4_and_prints_nothing_in_the_upper_margin(pages: list[Image.Image]) -> None:
    assert len(pages) == 4
    for page in pages:
        assert page.size == (round(210 / 25.4 * PPI), round(297 / 25.4 * PPI))
        head = page.crop((0, 0, page.width, int(36 / 25.4 * PPI)))
        assert head.getextrema() == ((255, 255), (255, 255), (255, 255))


def test_the_first_page_has_a_red_head_and_the_others_have_none(pages: list[Image.Image]) -> None:
    red = [sum(r > 180 and g < 90 and b < 90 for r, g, b in _colours(page)) for page in pages]
    assert red[0] > 50
    assert red[1:] == [0, 0, 0]


def _colours(page: Image.Image) -> list[tuple[int, int, int]]:
    raw = page.tobytes()
    return list(zip(raw[::3], raw[1::3], raw[2::3], strict=True))


def ink(page: bytes) -> list[bool]:
    """Tell for each line of the type area of a page whether something is printed there, from the top."""
    shown = Image.open(BytesIO(page)).convert("L")
    rows = [min(shown.crop((0, y, shown.width, y + 1)).tobytes()) < 160 for y in range(shown.height)]
    upper, step = 37 / 25.4 * PPI, 225 / 22 / 25.4 * PPI
    return [any(rows[int(upper + step * n) : int(upper + step * (n + 1))]) for n in range(22)]


def gaps(page: bytes, ppi: float) -> list[float]:
    """Return how many lines of the type area are empty between what is printed on a page, from its top."""
    shown = Image.open(BytesIO(page)).convert("L")
    rows = [min(shown.crop((0, y, shown.width, y + 1)).tobytes()) < 160 for y in range(shown.height)]
    runs = [len(list(group)) for printed, group in groupby(rows) if not printed]
    return [run / (225 / 22 / 25.4 * ppi) for run in runs]


def test_two_lines_are_left_below_head_and_red_line_and_one_below_the_title() -> None:
    number, _rule, title, _within, to = gaps(to_pages(paper(), 100)[0], 100)[1:6]
    # what is printed is 22 or 32 of the 40 dots of a line: an empty line leaves 1.4, two of them 2.4
    assert 2.2 < number < 2.6  # 7.2.5
    assert 2.2 < title < 2.6  # 7.3.1
    assert 1.2 < to < 1.6  # 7.3.2


def test_further_lines_of_the_copies_begin_below_what_follows_the_colon() -> None:
    ppi = 100
    copied = to_pages(paper(copies=("区人民检察院",) * 12), ppi)[-1]
    shown = Image.open(BytesIO(copied)).convert("L")
    foot = shown.crop((0, int(225 / 25.4 * ppi), shown.width, int(260 / 25.4 * ppi)))
    lines = [
        list(group) for printed, group in groupby(range(foot.height), lambda y: _first_ink(foot, y) < 1e6) if printed
    ]
    begins = [round((min(_first_ink(foot, y) for y in line) / ppi * 25.4 - 28) / (14 / 72 * 25.4)) for line in lines]
    # between the lines as wide as the type area: 抄送： one character of 14 pt in, what follows it four
    text = [one for one in begins if one > 0]
    assert text[:3] == [1, 4, 4]


def _first_ink(shown: Image.Image, row: int) -> float:
    found = shown.crop((0, row, shown.width, row + 1)).tobytes()
    return next((float(x) for x, value in enumerate(found) if value < 160), 1e9)


@pytest.mark.parametrize("lines", range(4, 13))
def test_who_signs_stands_on_no_page_alone_and_the_imprint_at_the_foot_of_the_last(lines: int) -> None:
    body = (Paragraph("现将有关情况通报如下。"), Paragraph("请认真组织整改。" * lines * 3))
    made = to_pages(paper(blocks=body, contact="", note=""), PPI)
    last = ink(made[-1])
    assert last[-1]
    assert not any(last[-4:-3])
    if len(made) > 1 and any(last[:-4]):  # who signs went over: with what is signed above it
        assert last[0]
        assert sum(last[:-4]) > 2


def test_the_date_stands_four_characters_in_and_the_issuer_is_centred_above_it() -> None:
    # 2026年11月23日 is 7 characters wide, 北京市朝阳区生态环境局 11: 4 + (7 - 11)/2 = 2
    assert facts(paper())["indents"] == (2.0, 4.0)


def test_missing_faces_are_said_and_present_ones_are_not() -> None:
    there = frozenset({"仿宋_GB2312", "SimHei", "KaiTi", "SimSun", "Times New Roman", SANS, SERIF})
    assert [one.en for one in substituted(there)] == [
        "The face 方正小标宋简体 is missing; the PDF uses Noto Serif SC instead."
    ]
    assert chosen(there)["黑体"] == "SimHei"


def test_without_any_chinese_face_the_message_says_what_to_install() -> None:
    with pytest.raises(NoFace, match="install pylopdf-fonts-zh-cn again"):
        chosen(frozenset({"DejaVu Sans"}))


def test_a_drawing_becomes_a_picture() -> None:
    made = Image.open(BytesIO(picture(SVG, 72)))
    assert made.size == (45, 15)  # 60 × 20 px of 96 to the inch are 45 × 15 pt
    assert made.convert("RGB").getpixel((20, 7)) == (0x33, 0x66, 0x99)
