"""The check of papers: a good paper is changed in one place, and the check names that place."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from lantian.apps.ui.official.docx import to_docx
from lantian.apps.ui.official.validator import check_docx
from tests.ui.official.papers import paper

GOOD = to_docx(paper())
Change = Callable[[Any], object]


def changed(change: Change) -> list[str]:
    """Return what the check says of the good paper after one change."""
    word = Document(BytesIO(GOOD))
    change(word)
    made = BytesIO()
    word.save(made)
    return [one.zh for one in check_docx(made.getvalue())]


def line(word: Any, text: str) -> Any:
    """Return the paragraph that begins with a text."""
    return next(one for one in word.paragraphs if one.text.startswith(text))


def letters(start: str, *, face: str = "", size: float = 0, colour: str = "") -> Change:
    """Return a change of the letters of one paragraph."""

    def change(word: Any) -> None:
        run = line(word, start).runs[0]
        if face:
            run._r.rPr.rFonts.set(qn("w:eastAsia"), face)
        if size:
            run.font.size = Pt(size)
        if colour:
            run.font.color.rgb = RGBColor.from_string(colour)

    return change


def text(start: str, new: str) -> Change:
    """Return a change of the words of one paragraph."""
    return lambda word: setattr(line(word, start).runs[0], "text", new)


def section(name: str, value: Any) -> Change:
    """Return a change of the page."""
    return lambda word: setattr(word.sections[0], name, value)


def grid(name: str, value: str) -> Change:
    """Return a change of the grid."""
    return lambda word: word.sections[0]._sectPr.find(qn("w:docGrid")).set(qn(f"w:{name}"), value)


def side(start: str, where: Any) -> Change:
    """Return a change of a paragraph's side."""
    return lambda word: setattr(line(word, start), "alignment", where)


def without_red_line(word: Any) -> None:
    """Take the red line away."""
    properties = line(word, "朝环通")._p.pPr
    properties.remove(properties.find(qn("w:pBdr")))


def without_imprint(word: Any) -> None:
    """Take the imprint away."""
    word.element.body.remove(word.tables[-1]._tbl)


def without_line_above(start: str) -> Change:
    """Return a change that takes an empty line above a paragraph away."""

    def change(word: Any) -> None:
        found = line(word, start)._p
        found.getparent().remove(found.getprevious())

    return change


def with_flush_copies(word: Any) -> None:
    """Let the copies' further lines begin below 抄送."""
    indent = word.tables[-1].rows[0].cells[0].paragraphs[0]._p.pPr.ind
    indent.attrib.pop(qn("w:hanging"))


def with_narrow_lines(word: Any) -> None:
    """Set the body's lines closer."""
    line(word, "全区共检查").paragraph_format.line_spacing = Pt(20)


def with_page_number_in_words(word: Any) -> None:
    """Write the page number as words."""
    word.sections[0].footer.paragraphs[0].runs[0].text = "第 "


def with_one_side_for_all_pages(word: Any) -> None:
    """Put all page numbers in one place."""
    word.settings.odd_and_even_pages_header_footer = False


def with_small_page_number(word: Any) -> None:
    """Set the page number too small."""
    for run in word.sections[0].even_page_footer.paragraphs[0].runs:
        run.font.size = Pt(9)


def with_other_copy_line(word: Any) -> None:
    """Write the copy line without its full stop."""
    word.tables[-1].rows[0].cells[0].paragraphs[0].runs[0].text = "抄送 区委办公室"


def with_large_imprint(word: Any) -> None:
    """Set the imprint too large."""
    word.tables[-1].rows[1].cells[0].paragraphs[0].runs[0].font.size = Pt(16)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (section("page_width", Mm(216)), "A4"),
        (section("top_margin", Mm(35)), "天头为 35.0 mm，应为 37 mm"),
        (section("left_margin", Mm(30)), "订口为 30.0 mm，应为 28 mm"),
        (grid("linePitch", "560"), "每面 23 行，应为 22 行"),
        (grid("charSpace", "0"), "每行不是 28 字"),
        (grid("type", "lines"), "每行不是 28 字"),
        (letters("北京市", colour="000000"), "缺少红色的发文机关标志"),
        (letters("北京市", face="宋体"), "发文机关标志用“宋体”"),
        (without_red_line, "缺少红色分隔线"),
        (text("朝环通", "朝环通[2026]47号"), "发文字号“朝环通[2026]47号”"),
        (text("朝环通", "朝环通〔2026〕第47号"), "发文字号“朝环通〔2026〕第47号”"),
        (text("朝环通", "朝环通〔2026〕047号"), "不编虚位（7.2.5）"),
        (letters("朝环通", size=14), "发文字号用“仿宋_GB2312”14 磅"),
        (letters("关于", face="黑体"), "标题用“黑体”22 磅"),
        (letters("关于", size=18), "标题用“方正小标宋简体”18 磅"),
        (side("关于", WD_ALIGN_PARAGRAPH.LEFT), "标题没有居中"),
        (text("关于", "关于情况的通报。"), "标题末尾有句号"),
        (without_line_above("朝环通"), "发文机关标志下空 1 行，应空 2 行（7.2.5）"),
        (without_line_above("关于"), "红色分隔线下空 1 行，应空 2 行（7.3.1）"),
        (without_line_above("各街道"), "标题下空 0 行，应空 1 行（7.3.2）"),
        (with_flush_copies, "抄送机关回行未与冒号后的首字对齐（7.4.2）"),
        (letters("全区共检查", face="宋体"), "正文用“宋体”16 磅"),
        (letters("全区共检查", size=15), "正文用“仿宋_GB2312”15 磅"),
        (with_narrow_lines, "正文行距为 20.0 磅"),
        (letters("一、总体", face="仿宋_GB2312"), "第 1 层标题用“仿宋_GB2312”"),
        (letters("（一）", face="黑体"), "第 2 层标题用“黑体”"),
        (text("2026年", "2026年11月03日"), "月、日不编虚位"),
        (text("2026年", "2026年11月31日"), "没有“2026年11月31日”这一天"),
        (text("2026年", "二〇二六年十一月二十三日"), "缺少成文日期"),
        (side("2026年", WD_ALIGN_PARAGRAPH.CENTER), "成文日期不在右侧"),
        (with_one_side_for_all_pages, "单双页页码位置未分开"),
        (with_page_number_in_words, "单页页码不是"),
        (with_small_page_number, "双页页码不是四号宋体"),
        (without_imprint, "缺少版记"),
        (with_other_copy_line, "抄送机关应为"),
        (with_large_imprint, "版记不是四号仿宋"),
    ],
)
def test_a_paper_changed_in_one_place_is_found_out(change: Change, said: str) -> None:
    problems = changed(change)
    assert len(problems) == 1
    assert said in problems[0]


def test_what_is_no_docx_is_said_to_be_none() -> None:
    assert [one.en for one in check_docx(b"%PDF-1.7")] == ["This is no DOCX file."]


def test_an_empty_document_lacks_every_part() -> None:
    made = BytesIO()
    Document().save(made)
    said = " ".join(one.zh for one in check_docx(made.getvalue()))
    for part in ("天头", "每面", "页码", "发文机关标志", "发文字号", "标题", "成文日期", "版记"):
        assert part in said
