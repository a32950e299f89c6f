"""The content of a file decides, whatever its name says; what cannot be read is refused with what to do instead."""

import io
import zipfile
import zlib
from collections.abc import Callable

import pytest

from lantian.policy.plantext import read_plan
from lantian.policy.plantext.bounds import MOST_CHARACTERS
from lantian.policy.plantext.errors import PlanTextError
from lantian.policy.plantext.word_parts import LARGEST_PART, MOST_MARKS
from tests.policy.plantext.word_files import cell, paragraph, row, table, word_file

PLAN = "清河区行动计划\n一、任务\n（一）治理\n由区交通局牵头，2019年底前完成改造35家。\n"
TRADITIONAL = "清河區行動計劃\n一、任務\n（一）治理\n由區交通局牽頭，2019年底前完成改造35家。\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as files:
        for name in names:
            files.writestr(name, "content")
    return out.getvalue()


def locked(data: bytes) -> bytes:
    """Return an archive whose parts are marked as encrypted."""
    place = -1
    found = bytearray(data)
    while (place := data.find(b"PK\x01\x02", place + 1)) >= 0:
        found[place + 8] |= 1
    return bytes(found)


def directory(name: str) -> bytes:
    return OLE + name.encode("utf-16-le")


@pytest.mark.parametrize(
    ("data", "zh", "en"),
    [
        (directory("WordDocument"), "旧版 DOC（或 WPS）文件：请另存为 DOCX", "an old DOC file: save it as DOCX first"),
        (directory("Workbook"), "旧版 Excel 表格：请另存为 DOCX", "an old Excel sheet: save it as DOCX"),
        (directory("EncryptedPackage"), "加密的 Office 文件：请先解除密码", "an encrypted Office file: take its"),
        (locked(archive("[Content_Types].xml", "word/document.xml")), "已加密：请先解除密码", "is encrypted: take its"),
        (b"{\\rtf1\\ansi text}", "RTF 文件：请另存为 DOCX", "an RTF file: save it as DOCX"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "网页归档（MHT）：请另存", "a web archive: save it"),
        (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>', "XML 文件", "an XML"),
        (b"\x89PNG\r\n\x1a\n", "图片：请先识别文字", "a picture: recognise its text first"),
        (b"\xff\xd8\xff\xe0", "图片：请先识别文字", "a picture: recognise its text first"),
        (b"Rar!\x1a\x07", "压缩包：请解压后导入", "an archive: unpack it"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "Excel 表格：请另存为", "an Excel sheet: save it as"),
        (archive("[Content_Types].xml", "ppt/presentation.xml"), "PPT 演示文稿", "a PowerPoint file"),
        (archive("OFD.xml", "Doc_0/Document.xml"), "OFD 版式文件：请另存为 PDF", "an OFD file: save it as PDF"),
        (archive("mimetype", "content.xml"), "ODT 或 EPUB 文件：请另存为 DOCX", "an ODT or EPUB file: save it as DOCX"),
        (archive("计划.txt"), "压缩包，不是 DOCX：请解压", "an archive and not a sound DOCX file: unpack it"),
        (archive("[Content_Types].xml"), "不是完整的 DOCX 文件：请重新", "not a sound DOCX file: save it as"),
        (word_file("<w:p><unclosed></w:p>"), "不是完整的 DOCX 文件", "not a sound DOCX file"),
        (b"%PDF-1.7 torn", "不是完整的 PDF 文件：请重新", "not a sound PDF file: save it"),
        (bytes(range(256)) * 4, "不是文本：应为", "is not text: TXT or HTML"),
    ],
)  # fmt: skip
def test_another_kind_of_file_is_refused_in_a_sentence_that_says_what_to_do(data: bytes, zh: str, en: str) -> None:
    with pytest.raises(PlanTextError) as refused:
        read_plan(data, "plan.docx")
    said = refused.value.text
    assert zh in said.zh
    assert en in said.en
    assert "\n" not in said.zh + said.en


@pytest.mark.parametrize("name", ["a.txt", "a.doc", "a.pdf", "a"])
def test_the_name_says_nothing(name: str) -> None:
    assert read_plan(PLAN.encode(), name) == PLAN
    assert read_plan(word_file(paragraph("一、任务")), name) == "一、任务"
    assert read_plan(b"<html><body><p>a</p></body></html>", name) == "a"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (PLAN.encode("gbk"), PLAN),
        (PLAN.encode("utf-32"), PLAN),
        (b"\x84\x31\x95\x33" + PLAN.encode("gb18030"), PLAN),
        (TRADITIONAL.encode("big5"), TRADITIONAL),
        (TRADITIONAL.encode("gb18030"), TRADITIONAL),
        ((PLAN * 9).encode()[:-2], PLAN * 9),
    ],
    ids=["gbk", "utf-32", "gb18030-mark", "big5", "traditional-gb18030", "cut-off"],
)
def test_text_is_told_by_its_bytes(data: bytes, text: str) -> None:
    assert read_plan(data, "a.txt").rstrip("\ufffd。\n") == text.rstrip("。\n")


PAGE = (
    '<html><head><meta http-equiv="Content-Type" content="text/html; charset={}"></head><body><p>{}</p></body></html>'
)


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("gbk", "gb2312"), ("gb18030", "GBK"), ("big5", "big5"), ("utf-8", "utf-8"), ("utf-8", "gb2312"),
     ("gbk", "utf-8"), ("gbk", "iso-8859-1"), ("utf-16", "unicode"), ("utf-8-sig", "utf-8")],
)  # fmt: skip
def test_a_page_is_read_in_the_encoding_that_it_has_whatever_it_declares(encoding: str, declared: str) -> None:
    words = "由區交通局負責" if encoding == "big5" else "由区交通局负责"
    assert read_plan(PAGE.format(declared, words).encode(encoding), "a.htm") == words


def pdf_of(content: bytes) -> bytes:
    """Return a PDF of one page that is drawn so."""
    packed = zlib.compress(content)
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << >> /Contents 4 0 R >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
    ]  # fmt: skip
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + b"xref\n0 5\n0000000000 65535 f \n%strailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        table, len(body),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (lambda: b"x" * (64 * 2**20 + 1), "is larger than 64 MB: save it"),
        (lambda: b"x\n" * MOST_CHARACTERS, "more than 2000000 characters of text"),
        (lambda: b"<html>" + b"<p>" * 1_000_001, "more than 2000000 characters of text"),
        (lambda: b"<table>" + b"<tr><td colspan=100>" + b"x" * 30_000, "more than 2000000 characters of text"),
        (lambda: word_file(" " * (LARGEST_PART + 1)), "unpacks to more than 32 MB"),
        (lambda: word_file("<w:p/>" * MOST_MARKS), "more than 2000000 characters of text"),
        (lambda: word_file(table(*[row(cell("x" * 900, properties='<w:gridSpan w:val="60"/>'), cell("y"))] * 60)),
         "more than 2000000 characters of text"),
        (lambda: word_file("<w:sdt>" * 20_000 + "</w:sdt>" * 20_000), "nested too deeply"),
        (lambda: pdf_of(b" " * (24 * 2**20 + 1)), "more than 2000000 characters of text"),
    ],
    ids=["bytes", "text", "tags", "columns", "part", "marks", "cells", "depth", "page"],
)  # fmt: skip
def test_more_than_a_plan_can_have_is_refused_before_it_takes_long(file: Callable[[], bytes], sentence: str) -> None:
    with pytest.raises(PlanTextError, match=sentence):
        read_plan(file(), "a")


def test_an_entity_in_a_word_file_is_not_expanded() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as files:
        files.writestr("[Content_Types].xml", "<Types/>")
        files.writestr("word/document.xml", '<!DOCTYPE a [<!ENTITY b "bbb">]><a>&b;</a>')
    with pytest.raises(PlanTextError, match="not a sound DOCX"):
        read_plan(out.getvalue(), "a")


def test_a_page_that_is_packed_in_a_way_that_nobody_knows_is_refused() -> None:
    with pytest.raises(PlanTextError, match="not a sound PDF"):
        read_plan(pdf_of(b"BT ET").replace(b"/FlateDecode", b"/FlotaDecode"), "a")
