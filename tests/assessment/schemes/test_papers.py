"""The paper of an assessment: a page whose marks lead to why, headings in order, those who share a place named."""

import re
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lantian.apps.accounts.models import Person
from lantian.apps.assessment.models import Assessment, AssessmentAppeal
from lantian.apps.assessment.services.schemes import papers
from lantian.apps.assessment.services.schemes.acts import Acting, draft, publish, submit
from lantian.apps.assessment.services.schemes.appeals import Answer, NewAppeal, answer, file_appeal
from lantian.apps.assessment.services.schemes.checking import problems_of
from lantian.apps.assessment.services.schemes.findings import NewFinding, enter_finding
from lantian.apps.assessment.services.schemes.inputs import inputs_in
from lantian.apps.assessment.services.schemes.papers import paper_of, values_of
from lantian.apps.assessment.services.signed import content_of
from lantian.apps.ui.official.document import Heading, Official, Paragraph, unmarked
from lantian.apps.ui.official.docx import links_in, to_docx
from tests.assessment.schemes.conftest import FILE, FIRST, HOUR, JANUARY, SECOND, THIRD, YEAR, Make, falsified, texts

pytestmark = pytest.mark.django_db
PAGE = "/assessment/schemes/yearly-streets/2026/"


def client(person: Person) -> Client:
    made = Client()
    made.force_login(person)
    return made


def headings(paper: Official) -> list[str]:
    return [one.text for one in paper.blocks if isinstance(one, Heading)]


@pytest.mark.row("S49")
def test_the_paper_is_a_page_whose_marks_lead_to_how_they_came_about(
    january: None, published: Assessment, street: Person
) -> None:
    reader = client(street)
    page = reader.get(f"{PAGE}paper/").content.decode()
    for words in (published.number, "考核结果的通报", "各街道办事处、地区办事处：", "印发"):
        assert words in page
    links = set(re.findall(rf'href="({PAGE}{SECOND}/\?version=1[^"]*)">([^<]+)<', page))
    total = f"{published.results.get(body=SECOND).total:.2f}"
    assert {(f"{PAGE}{SECOND}/?version=1", total), (f"{PAGE}{SECOND}/?version=1#mark-cases", "0.00")} <= links
    body = reader.get(f"{PAGE}{SECOND}/?version=1").content.decode()
    for address, _text in links:
        _, _, place = address.partition("#")
        assert not place or f'id="{place}"' in body
    assert f'href="{PAGE}?version=1#grades"' in page
    assert 'id="grades"' in reader.get(PAGE).content.decode()


def test_the_page_says_what_the_files_say(published: Assessment) -> None:
    said = texts(content_of(published, "docx"))
    paper = paper_of(published)
    assert all(unmarked(one.text) in said for one in paper.blocks if isinstance(one, Paragraph))
    assert f"重算：lantian assessment compute {published.snapshot.short}" in said
    assert links_in(content_of(published, "docx")) == []  # nobody said under which address the pages are
    assert to_docx(paper) == content_of(published, "docx")


@pytest.mark.row("B16")
def test_marks_of_the_file_lead_to_the_page_and_a_moved_page_changes_no_check(
    facts: None, drafter: Person, publisher: Person, settings: Any, january: None
) -> None:
    settings.SITE_URL = "https://lantian.example"
    made = submit(draft("yearly-streets", YEAR, Acting(drafter, JANUARY)), Acting(drafter, JANUARY))
    published = publish(made, Acting(publisher, JANUARY + HOUR))
    docx = content_of(published, "docx")
    assert links_in(docx) == [f"https://lantian.example{PAGE}paper/?version=1"]
    anchors = set(re.findall(r'w:anchor="([^"]+)"', ZipFile(BytesIO(docx)).read("word/document.xml").decode()))
    assert {f"{SECOND}/cases", SECOND, "mean"} <= anchors
    page = client(publisher).get(f"{PAGE}paper/?version=1").content.decode()
    assert all(page.count(f'id="{one}"') == 1 for one in anchors)
    settings.SITE_URL = "https://elsewhere.example"
    assert problems_of([published], JANUARY + 2 * HOUR) == []


def test_a_draft_is_shown_to_those_who_draft_and_publish_alone(
    january: None, facts: None, drafter: Person, street: Person
) -> None:
    draft("yearly-streets", YEAR, Acting(drafter, JANUARY))
    assert client(street).get(f"{PAGE}paper/").status_code == 404
    assert "未公布" in client(drafter).get(f"{PAGE}paper/").content.decode()


def test_headings_are_numbered_without_a_gap(facts: None, drafter: Person, publisher: Person) -> None:
    made = draft("yearly-streets", YEAR, Acting(drafter, JANUARY))
    assert headings(paper_of(made, JANUARY.date())) == ["一、考核结果"]
    first = publish(submit(made, Acting(drafter, JANUARY)), Acting(publisher, JANUARY))
    second = draft("yearly-streets", YEAR, Acting(drafter, JANUARY + HOUR), "补录")
    assert headings(paper_of(second, first.day)) == ["一、考核结果", "二、与上一版的变化"]
    enter_finding(NewFinding("summoned", FIRST, first.snapshot.known_at.date().replace(year=2026), "约谈", FILE),
                  Acting(drafter, JANUARY + HOUR))  # fmt: skip
    limited = paper_of(Assessment.objects.open().get(), first.day)
    assert headings(limited) == ["一、考核结果", "二、一票否决和等次限制", "三、与上一版的变化"]


def named(totals: dict[str, str], shown: int, *, first: bool) -> str:
    """Name the bodies at one end of made-up totals."""
    scores = {code: SimpleNamespace(total=Decimal(total), failed=False) for code, total in totals.items()}
    inputs: Any = SimpleNamespace(
        scores=lambda: scores, scheme=SimpleNamespace(shown=shown),
        bodies=[SimpleNamespace(code=code, zh=code) for code in totals],
    )  # fmt: skip
    return unmarked(papers._named(inputs, first=first))


def test_all_who_share_the_last_place_named_are_named() -> None:
    totals = {"a": "90", "b": "85", "c": "85", "d": "70", "e": "60", "f": "60", "g": "50"}
    assert named(totals, 2, first=True) == "a（90分）、b（85分）、c（85分）"
    assert named(totals, 1, first=True) == "a（90分）"
    assert named(totals, 2, first=False) == "g（50分）、e（60分）、f（60分）"
    assert named(dict.fromkeys("abcde", "80"), 2, first=True) == ""
    assert named({"a": "90"}, 2, first=True) == ""


def test_a_correction_says_how_many_moved_by_rank_alone(
    published: Assessment, drafter: Person, publisher: Person
) -> None:
    falsified(FIRST, publisher)
    made = Assessment.objects.open().get()
    said = values_of(made, inputs_in(made))["changes"]
    assert "另有2个单位得分、等次不变，名次相应变动" in said
    assert said.count("原为") == 2  # the first street's total and grade


def test_an_answer_after_publication_changes_nothing_of_what_is_set_again(
    published: Assessment, drafter: Person, publisher: Person, street: Person, person: Make
) -> None:
    filed = file_appeal(NewAppeal(published, SECOND, "cases", "时钟有误", FILE), Acting(street, JANUARY + 2 * HOUR))
    made = submit(draft("yearly-streets", YEAR, Acting(drafter, JANUARY + 3 * HOUR), "补录"),
                  Acting(drafter, JANUARY + 3 * HOUR))  # fmt: skip
    second = publish(made, Acting(publisher, JANUARY + 4 * HOUR))
    assert "收到申诉1件，成立0件，不成立0件，待答复1件" in texts(content_of(second, "docx"))
    answer(filed, Answer(False, "日志显示逾期"), Acting(publisher, JANUARY + timedelta(days=2)))
    late = NewAppeal(second, THIRD, "cases", "另一件", FILE)
    file_appeal(late, Acting(person("street", f"office-{THIRD}"), JANUARY + timedelta(days=2)))
    assert AssessmentAppeal.objects.count() == 2
    assert to_docx(paper_of(second)) == content_of(second, "docx")


def test_what_is_no_number_is_named_and_nothing_is_saved(facts: None, drafter: Person, january: None) -> None:
    file = {"file": open_file()}
    given = {"item": "groundwork", "reason": "年终", f"value-{FIRST}": "九十", f"value-{SECOND}": "81", **file}
    page = client(drafter).post(f"{PAGE}enter/", given, follow=True).content.decode()
    assert "没有保存：有数值不能识别（建外街道 “九十”）" in page
    assert 'placeholder="80"' in page
    assert 'placeholder="81"' not in page


def open_file() -> Any:
    return SimpleUploadedFile(FILE.name, FILE.content, "application/pdf")
