"""The case file: one PDF with cover, index, history, evidence with hashes, pictures and papers."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import typst

from lantian.apps.accounts.models import Person
from lantian.apps.cases.casefile.build import case_file, facts
from lantian.apps.cases.models import Case, Evidence
from lantian.apps.cases.services import Taken, attach_file, take_step
from lantian.apps.cases.services.papers import draft, issue, page_count, sheet_of, write
from lantian.apps.ledger.services.attachments import Sent
from tests.cases.conftest import START, photo

LATER = START + timedelta(hours=3)


def pdf(pages: int) -> bytes:
    text = "#pagebreak()".join(f"page {number}" for number in range(1, pages + 1))
    return bytes(typst.compile(text.encode(), format="pdf"))


@pytest.fixture
def whole(opened: Callable[..., Case], officer: Person) -> Case:
    """A dust case with a photo, an attached PDF of two pages and an issued order."""
    case = opened(facts="东侧约 800 平方米裸土未覆盖。")
    attach_file(case, 1, Sent("东门.jpg", photo()), note_text="东门北侧", by=officer, at=START)
    attach_file(case, 1, Sent("告知材料.pdf", pdf(2)), by=officer, at=START)
    case = take_step(case, 1, Taken("violation", "裸土未盖", "工地东门"), by=officer, at=START)
    paper = draft(case, "correction-order", by=officer, at=LATER)
    write(paper, {one.name: "《某法》第一条" for one in sheet_of(paper, LATER).missing}, by=officer, at=LATER)
    issue(paper, by=officer, at=LATER)
    return case


def test_it_holds_index_history_evidence_pictures_papers_and_attached_pages(whole: Case, tmp_path: Path) -> None:
    told = facts(whole, LATER, tmp_path)
    parts = {part["title"][2:]: part for part in told["parts"]}
    assert list(parts) == ["案情", "办理经过", "措施与期限", "证据清单", "现场照片", "文书", "书证"]
    assert "现场核验：违法属实" in [row[1] for row in parts["办理经过"]["rows"]]
    photo_row, document_row = parts["证据清单"]["rows"]
    digests = [str(row[-1]).replace("\u200b", "") for row in (photo_row, document_row)]
    assert digests == list(Evidence.objects.filter(case=whole).values_list("sha256", flat=True))
    assert [one["title"] for one in parts["现场照片"]["items"]] == ["东门.jpg"]
    assert [one["title"] for one in parts["文书"]["items"]] == ["《责令改正违法行为通知书》朝城管改〔2019〕1号"]
    assert [one["pages"] for one in parts["书证"]["items"]] == [2]


def test_it_is_one_pdf_with_a_page_for_each_part_and_each_page_of_a_paper(whole: Case) -> None:
    made = case_file(whole, LATER)
    issued = whole.papers.get()
    # cover, index, seven parts, of which papers and documents have as many pages as theirs
    assert page_count(made) == 2 + 5 + issued.pages + 2
    assert case_file(whole, LATER) == made


def test_a_file_that_no_longer_fits_its_hash_is_said_and_does_not_stop_the_case_file(
    whole: Case, settings: Any, tmp_path: Path
) -> None:
    for one in Evidence.objects.filter(case=whole):
        kept = Path(settings.DATA_DIR) / one.path
        kept.chmod(0o644)
        kept.write_bytes(b"forged")
    told = facts(whole, LATER, tmp_path)
    notes = [item["note"] for part in told["parts"] if part["kind"] in ("photos", "papers") for item in part["items"]]
    assert sum("已被改动" in note for note in notes) == 2
    assert re.match(rb"%PDF-", case_file(whole, LATER))


def test_a_case_with_nothing_yet_has_a_file_too(opened: Callable[..., Case]) -> None:
    assert page_count(case_file(opened(), START)) == 9
