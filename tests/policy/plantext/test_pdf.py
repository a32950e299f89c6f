"""Plans as PDF: lines joined, page headers and numbers set aside, and what is refused."""

import io
import re

import pytest
from pypdf import PdfReader, PdfWriter

from lantian.policy.plantext import Plan, import_plan, read_plan
from lantian.policy.plantext.errors import PlanTextError
from lantian.policy.plantext.setting import Piece, page_lines
from tests.policy.plantext.gold import SAMPLES, read_marked, unexplained
from tests.policy.plantext.pages import HEADER, as_pdf

PROVINCE = read_marked(SAMPLES / "more-province.txt").text


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return as_pdf(PROVINCE)


def facts(plan: Plan) -> list[object]:
    """What an officer reads of each task, wherever the lines were broken."""
    return [
        (task.names("lead"), task.names("joint"), [(due.kind, due.value) for due in task.deadlines],
         [(each.comparator, each.value, each.unit) for each in task.quantities])
        for task in plan.tasks
    ]  # fmt: skip


@pytest.mark.row("B2")
def test_a_plan_as_pdf_is_read_like_its_text(pdf: bytes) -> None:
    plan, text = import_plan(read_plan(pdf, "plan.pdf")), import_plan(PROVINCE)
    assert facts(plan) == facts(text)
    assert [(each.number, each.chapter, each.title) for each in plan.articles] == [
        (each.number, each.chapter, each.title) for each in text.articles
    ]
    assert plan.head.number is not None
    assert plan.head.number.value == "江政发〔2024〕11号"
    assert unexplained(plan) == ""


def test_page_headers_and_numbers_are_set_aside_by_their_repetition(pdf: bytes) -> None:
    plan = import_plan(read_plan(pdf, "plan.pdf"))
    pages = len(PdfReader(io.BytesIO(pdf)).pages)
    assert pages == 2
    reasons = [left.reason for left in plan.unparsed]
    assert (reasons.count("page-header"), reasons.count("page-number")) == (pages, pages)
    assert not any(HEADER in task.words for task in plan.tasks)


def test_offsets_are_those_of_the_text_as_read_from_the_pdf(pdf: bytes) -> None:
    plan = import_plan(read_plan(pdf, "plan.pdf"))
    for task in plan.tasks:
        for party in task.parties:
            at_place = re.sub(rf"\s|— \d —|{HEADER}", "", plan.slice(party.reading.span))
            assert at_place == party.name


def test_a_scan_is_refused() -> None:
    writer = PdfWriter()
    for _ in range(3):
        writer.add_blank_page(600, 800)
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(PlanTextError, match="PDF without text"):
        read_plan(out.getvalue(), "scan.pdf")


def locked(pdf: bytes, user: str, owner: str) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    writer.encrypt(user, owner, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_file_that_needs_a_password_is_refused(pdf: bytes) -> None:
    with pytest.raises(PlanTextError, match="is an encrypted PDF"):
        read_plan(locked(pdf, "secret", "secret"), "plan.pdf")


def test_a_file_that_everybody_can_open_is_read(pdf: bytes) -> None:
    assert "空气质量持续改善" in read_plan(locked(pdf, "", "owner"), "plan.pdf")


@pytest.mark.parametrize("cut", [9, 400, 5000])
def test_a_torn_file_is_refused_or_read_but_never_fails(pdf: bytes, cut: int) -> None:
    with pytest.raises(PlanTextError, match=r"not a sound PDF|PDF without text"):
        read_plan(pdf[:cut], "plan.pdf")


def test_stretches_on_a_page_become_lines_with_indents_and_columns() -> None:
    pieces = [
        Piece(72, 700, 12, "第1页"), Piece(96, 680, 12, "一、"), Piece(120, 680.4, 12, "任务"),
        Piece(72, 660, 12, "PM2.5"), Piece(110, 660, 12, "and"), Piece(300, 660, 12, "区环保局"),
    ]  # fmt: skip
    assert page_lines(pieces) == ["第1页", "　　一、任务", "PM2.5 and   区环保局"]
    assert page_lines([]) == []
