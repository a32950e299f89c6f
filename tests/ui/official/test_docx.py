"""A paper as DOCX: what GB/T 9704-2012 asks, measured in the file itself."""

import re
import zipfile
from io import BytesIO
from xml.etree import ElementTree

import pytest
from docx import Document

from lantian.apps.ui.official.document import Paragraph, Table
from lantian.apps.ui.official.docx import to_docx
from lantian.apps.ui.official.validator import check_docx
from tests.ui.official.papers import paper

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def part(content: bytes, name: str = "word/document.xml") -> ElementTree.Element:
    """Return one part of the file, read without python-docx."""
    return ElementTree.fromstring(zipfile.ZipFile(BytesIO(content)).read(name))


def test_the_page_is_a4_with_the_margins_of_the_standard() -> None:
    section = part(to_docx(paper())).find(f".//{W}sectPr")
    assert section is not None
    size, margins = section.find(f"{W}pgSz"), section.find(f"{W}pgMar")
    assert size is not None
    assert margins is not None
    # 1 mm = 56.7 twips: 210 × 297 mm; 37, 35, 28, 26 mm
    assert (size.get(f"{W}w"), size.get(f"{W}h")) == ("11906", "16838")
    assert [margins.get(f"{W}{side}") for side in ("top", "bottom", "left", "right")] == [
        "2098",
        "1984",
        "1587",
        "1474",
    ]


def test_the_grid_has_22_lines_of_28_characters() -> None:
    grid = part(to_docx(paper())).find(f".//{W}docGrid")
    assert grid is not None
    # 225 mm / 22 = 28.99 pt = 580 twips; 156 mm / 28 = 15.793 pt, which is 0.207 pt less than 16 pt: -847 of 4096
    assert (grid.get(f"{W}type"), grid.get(f"{W}linePitch")) == ("linesAndChars", "580")
    assert int(grid.get(f"{W}charSpace", "0")) == pytest.approx(-847, abs=2)


def test_the_same_paper_gives_the_same_bytes() -> None:
    assert to_docx(paper()) == to_docx(paper())


def test_a_paper_of_ours_keeps_the_standard() -> None:
    assert check_docx(to_docx(paper())) == []
    assert check_docx(to_docx(paper(signer="王守蓝", copies=(), draft=True))) == []


def test_the_parts_stand_in_their_order() -> None:
    texts = [one.text for one in Document(BytesIO(to_docx(paper()))).paragraphs if one.text]
    assert texts[:4] == [
        "北京市朝阳区生态环境局文件",
        "朝环通〔2026〕47号",
        "关于2026年第47周\n施工扬尘执法检查排名情况的通报",
        "各街道办事处、地区办事处：",
    ]
    assert texts[-4:] == ["北京市朝阳区生态环境局", "2026年11月23日", "（联系人：王守蓝）", "（数据快照：a1b2c3）"]


def test_the_copy_line_and_the_printing_line_stand_at_the_foot_of_the_last_page() -> None:
    word = Document(BytesIO(to_docx(paper())))
    imprint = word.tables[-1]
    assert [row.cells[0].text for row in imprint.rows] == [
        "抄送：区委办公室，区政府办公室。",
        "北京市朝阳区生态环境局\t2026年11月23日印发",
    ]
    place = imprint._tbl.tblPr.find(f"{W}tblpPr")
    assert (place.get(f"{W}vertAnchor"), place.get(f"{W}tblpYSpec")) == ("margin", "bottom")


def test_the_end_of_the_body_is_kept_with_who_signs() -> None:
    said = Document(BytesIO(to_docx(paper(blocks=(Paragraph("请认真组织整改。"),))))).paragraphs
    end = next(one for one in said if one.text == "请认真组织整改。")
    assert end.paragraph_format.keep_with_next
    listed = Document(BytesIO(to_docx(paper(blocks=(Table(("名次", "街乡"), (("1", "建外"), ("2", "朝外"))),)))))
    assert all(cell.paragraphs[0].paragraph_format.keep_with_next for cell in listed.tables[0].rows[-1].cells)


def test_the_heading_row_of_a_table_is_repeated_and_no_row_is_cut() -> None:
    rows = part(to_docx(paper())).findall(f".//{W}tbl[1]/{W}tr")
    assert rows[0].find(f"{W}trPr/{W}tblHeader") is not None
    assert len(rows) == 44
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)


def test_a_picture_is_kept_as_png() -> None:
    names = zipfile.ZipFile(BytesIO(to_docx(paper()))).namelist()
    assert any(re.fullmatch(r"word/media/.*\.png", name) for name in names)


def test_a_draft_says_so_on_each_page() -> None:
    content = to_docx(paper(draft=True))
    headers = [name for name in zipfile.ZipFile(BytesIO(content)).namelist() if name.startswith("word/header")]
    assert len(headers) == 2
    assert all("未签发" in "".join(part(content, name).itertext()) for name in headers)


def test_a_paper_to_a_higher_office_names_its_signer_beside_the_number() -> None:
    texts = [one.text for one in Document(BytesIO(to_docx(paper(signer="王守蓝")))).paragraphs]
    assert "朝环通〔2026〕47号\t签发人：王守蓝" in texts
