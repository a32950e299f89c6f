"""Papers: filled from what is known, never asking twice, numbered without gaps, frozen when issued."""

import hashlib
import io
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import docx
import pytest
from django.db import connection, connections

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.cases.models import Case, FrozenError, Measure, Paper, PaperCounter
from lantian.apps.cases.services import CaseActError, Changed, NotYours, Taken, attach_file, papers, take_step
from lantian.apps.cases.services.amounts import Proposal
from lantian.apps.cases.services.demo import forget_synthetic
from lantian.apps.cases.services.known import About, known
from lantian.apps.cases.services.measures import Step, propose, settle, take
from lantian.apps.cases.services.papers import bytes_of, discard, draft, issue, kinds_for, record_for, sheet_of, write
from lantian.apps.cases.services.wording import official
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.services.attachments import Sent
from lantian.apps.ui.official.docx import to_docx
from lantian.apps.ui.official.pdf import to_pdf
from lantian.apps.ui.official.validator import check_docx
from tests.cases.conftest import START, photo

LATER = START + timedelta(hours=3)
WRITTEN = {
    "party_code": "91110105MA0000000X",
    "party_address": "朝阳区某路 1 号",
    "party_head": "张三",
    "law": "《某法》第一条",
}


@pytest.fixture
def checked(opened: Callable[..., Case], officer: Person) -> Case:
    """A dust case that was verified on site, with a photo."""
    case = opened(facts="东侧约 800 平方米裸土未覆盖。")
    attach_file(case, 1, Sent("东门.jpg", photo()), by=officer, at=START)
    return take_step(case, 1, Taken("violation", "裸土未盖，雾炮未开", "工地东门"), by=officer, at=START)


@pytest.fixture
def drafted(checked: Case, officer: Person) -> Callable[..., Paper]:
    """Return a maker of drafts whose open names are written."""

    def make(kind: str = "correction-order", measure: Measure | None = None, **given: str) -> Paper:
        paper = draft(checked, kind, measure=measure, by=officer, at=LATER)
        wanted = {one.name for one in sheet_of(paper, LATER).missing}
        extra = {name: WRITTEN.get(name, "已写明") for name in wanted} | given
        return write(paper, extra, by=officer, at=LATER)

    return make


@pytest.fixture
def decided(checked: Case, officer: Person) -> Measure:
    """A fine of 55 000 yuan whose party waived its rights."""
    asked = Proposal("site-dust-fine", "某建设公司", "裸土未盖",
                     factors={"harm": "medium", "repeat": "second", "correction": "in-time"})  # fmt: skip
    measure = take(propose(checked, asked, by=officer, at=START), Step("notice", "已送达"), by=officer, at=START)
    for clock in measure.clocks.all():
        settle(clock, outcome="waived", text="书面放弃", by=officer, at=START)
    return take(measure, Step("decided", "事实清楚"), by=officer, at=START)


def text_of(paper: Paper) -> str:
    return "\n".join(one.get("text", "") for one in paper.body["blocks"])


# --- what is known ---


def test_what_the_ledger_and_the_case_know_is_filled_in(checked: Case) -> None:
    values = known(About(checked, None, LATER))
    assert values["party"] == "某建设公司"
    assert values["object"] == "观音堂安置房工地"
    assert values["facts"] == "东侧约 800 平方米裸土未覆盖"
    assert values["happened"] == "2019年5月6日21时10分"
    assert values["found"] == "违法属实。裸土未盖，雾炮未开。"
    assert values["checked_place"] == "工地东门"
    assert values["evidence"] == "现场照片1件"
    assert values["recheck_days"] == "30"
    assert values["today"] == "2019年5月7日"


def test_what_is_known_is_not_asked_and_what_was_written_once_is_known_to_the_next_paper(
    checked: Case, officer: Person
) -> None:
    first = draft(checked, "inspection-record", by=officer, at=LATER)
    names = {one.name for one in sheet_of(first, LATER).asks}
    assert "party_code" in names
    assert not names & {"party", "object", "found", "officers", "checked_at"}
    write(first, {"party_code": WRITTEN["party_code"], "party": "另一家公司"}, by=officer, at=LATER)
    second = draft(checked, "inspection-record", by=officer, at=LATER)
    sheet = sheet_of(second, LATER)
    assert "party_code" not in {one.name for one in sheet.asks}
    assert sheet.values["party_code"] == WRITTEN["party_code"]
    assert sheet.values["party"] == "某建设公司"


def test_a_ledger_entry_with_the_credit_code_asks_for_none(checked: Case, site: Source, officer: Person) -> None:
    site.attributes |= {"builder_code": "91110105MA0000000X"}
    site.save()
    checked.refresh_from_db()
    paper = draft(checked, "inspection-record", by=officer, at=LATER)
    assert "party_code" not in {one.name for one in sheet_of(paper, LATER).asks}


def test_the_decision_says_amount_discretion_rights_and_the_law(
    drafted: Callable[..., Paper], decided: Measure, officer: Person
) -> None:
    paper = issue(drafted("penalty-decision", decided), by=officer, at=LATER)
    text = text_of(paper)
    assert "罚款人民币55000元（大写：伍万伍仟元整）" in text
    assert "危害后果：一般；违法次数：第二次；改正情况：期限内改正" in text
    assert "依据《大气污染防治法》第一百一十五条" in text
    assert "收到本决定书之日起15日内缴清" in text
    assert "每日按罚款数额的3%加处罚款" in text


def test_a_paper_bears_the_official_name_of_who_issues_it(drafted: Callable[..., Paper], officer: Person) -> None:
    name = "北京市朝阳区城市管理综合执法监察局"
    assert sheet_of(drafted(), LATER).body["issuer"] == "urban-enforcement"
    Organisation.objects.filter(pk="urban-enforcement").update(official_zh=name)
    paper = issue(drafted(), by=officer, at=LATER)
    Organisation.objects.filter(pk="urban-enforcement").update(official_zh="另一名称")
    shown = official(sheet_of(paper, LATER).body)
    assert (shown.head_text, shown.issuer) == (name, name)
    assert name in "".join(one.text for one in docx.Document(io.BytesIO(bytes_of(paper, "docx"))).paragraphs)


def test_a_person_is_not_called_a_unit(drafted: Callable[..., Paper], checked: Case, officer: Person) -> None:
    asked = Proposal("warning", "李四", "未覆盖", party_kind="person")
    measure = propose(checked, asked, by=officer, at=START)
    assert "你单位" not in text_of(issue(drafted("penalty-notice", measure), by=officer, at=LATER))


def test_a_notice_tells_the_days_for_a_statement_and_a_hearing(
    drafted: Callable[..., Paper], decided: Measure, officer: Person
) -> None:
    text = text_of(issue(drafted("penalty-notice", decided), by=officer, at=LATER))
    assert "3个工作日内向本机关陈述、申辩" in text
    assert "自收到本告知书之日起3日内提出" in text


@pytest.mark.parametrize("kind", ["inspection-record", "correction-order", "transfer-letter", "service-receipt",
                                  "supervision-order", "strike-off-sheet"])  # fmt: skip
def test_every_paper_of_a_case_is_issued_in_official_form(
    drafted: Callable[..., Paper], officer: Person, kind: str
) -> None:
    paper = issue(drafted(kind), by=officer, at=LATER)
    assert check_docx(bytes_of(paper, "docx")) == []
    assert bytes_of(paper, "pdf").startswith(b"%PDF-")
    assert paper.pages >= 1
    assert "＿＿＿＿，" not in text_of(paper)


# --- numbers ---


def test_numbers_of_a_word_follow_each_other_and_each_kind_has_its_own(
    drafted: Callable[..., Paper], officer: Person
) -> None:
    made = [issue(drafted(), by=officer, at=LATER).number for _ in range(2)]
    other = issue(drafted("inspection-record"), by=officer, at=LATER).number
    assert [*made, other] == ["朝城管改〔2019〕1号", "朝城管改〔2019〕2号", "朝城管检〔2019〕1号"]


def test_the_year_is_that_of_beijing(drafted: Callable[..., Paper], officer: Person) -> None:
    new_year = datetime.fromisoformat("2020-01-01T00:30:00+08:00")
    assert issue(drafted(), by=officer, at=new_year).number == "朝城管改〔2020〕1号"


def test_a_paper_that_cannot_be_set_takes_no_number(
    drafted: Callable[..., Paper], officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = drafted(), drafted()

    def broken(document: object) -> bytes:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(papers, "to_pdf", broken)
        with pytest.raises(OSError, match="no space"):
            issue(first, by=officer, at=LATER)
    first.refresh_from_db()
    assert (first.number, first.issued_at) == ("", None)
    assert issue(second, by=officer, at=LATER).serial == 1


def test_a_draft_that_is_thrown_away_leaves_no_gap(drafted: Callable[..., Paper], officer: Person) -> None:
    gone = drafted()
    discard(gone, by=officer, at=LATER)
    assert issue(drafted(), by=officer, at=LATER).serial == 1


@pytest.fixture
def shared(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return what lets new threads work on one record store: SQLite's own in memory knows no waiting, a file does."""

    def share() -> None:
        if connection.vendor == "sqlite":
            copy = tmp_path / "records.sqlite3"
            with connection.cursor() as cursor:
                cursor.execute(f"VACUUM INTO '{copy}'")
            monkeypatch.setitem(connections.databases["default"], "NAME", str(copy))

    return share


@pytest.mark.django_db(transaction=True)
def test_papers_issued_at_the_same_time_have_numbers_without_gap_or_double(
    drafted: Callable[..., Paper], officer: Person, shared: Callable[[], None]
) -> None:
    drafts = [drafted() for _ in range(4)]
    shared()
    together = threading.Barrier(4)

    def run(paper: Paper) -> tuple[int | None, int]:
        try:
            together.wait(timeout=60)
            return issue(paper, by=officer, at=LATER).serial, PaperCounter.objects.get().last
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(run, drafts))
    assert sorted(serial or 0 for serial, _ in found) == [1, 2, 3, 4]
    assert max(last for _, last in found) == 4


# --- frozen ---


def test_an_issued_paper_is_frozen_with_its_hashes_and_values(
    drafted: Callable[..., Paper], checked: Case, officer: Person
) -> None:
    paper = issue(drafted(demand="立即覆盖裸土。"), by=officer, at=LATER)
    for form, digest in (("docx", paper.docx_sha256), ("pdf", paper.pdf_sha256)):
        assert hashlib.sha256(bytes_of(paper, form)).hexdigest() == digest
    assert paper.values["demand"] == "立即覆盖裸土。"
    line = checked.history.get(kind="paper")
    assert (line.detail["number"], line.detail["pdf"]) == (paper.number, paper.pdf_sha256)
    with pytest.raises(CaseActError, match="was issued"):
        write(paper, {"demand": "改"}, by=officer, at=LATER)
    paper.title = "改"
    with pytest.raises(FrozenError):
        paper.save()
    with pytest.raises(FrozenError):
        paper.delete()


def test_a_reprint_equals_the_first_print_also_when_the_ledger_has_changed(
    drafted: Callable[..., Paper], site: Source, officer: Person
) -> None:
    paper = issue(drafted(), by=officer, at=LATER)
    site.name = "改名工地"
    site.save()
    paper = Paper.objects.get(pk=paper.pk)
    again = official(sheet_of(paper, LATER + timedelta(days=9)).body)
    assert to_pdf(again) == bytes_of(paper, "pdf")
    assert to_docx(again) == bytes_of(paper, "docx")
    words = "".join(one.text for one in docx.Document(io.BytesIO(bytes_of(paper, "docx"))).paragraphs)
    assert "责令改正违法行为通知书" in words


def test_a_file_that_was_changed_is_not_given_out(
    drafted: Callable[..., Paper], officer: Person, settings: Any
) -> None:
    paper = issue(drafted(), by=officer, at=LATER)
    kept = next(Path(settings.DATA_DIR).glob(f"case-papers/*/{paper.pdf_sha256}.pdf"))
    kept.chmod(0o644)
    kept.write_bytes(b"%PDF-forged")
    with pytest.raises(CaseActError, match="hash"):
        bytes_of(paper, "pdf")


# --- who and what ---


def test_what_is_left_open_keeps_the_paper_back(checked: Case, officer: Person) -> None:
    paper = draft(checked, "correction-order", by=officer, at=LATER)
    with pytest.raises(CaseActError, match="Fill in first: law"):
        issue(paper, by=officer, at=LATER)
    assert not PaperCounter.objects.exists()


def test_a_stranger_drafts_nothing(checked: Case, person: Callable[..., Person]) -> None:
    with pytest.raises(NotYours):
        draft(checked, "correction-order", by=person("enforcement", "water"), at=LATER)


def test_two_people_on_one_draft_are_told_apart(drafted: Callable[..., Paper], officer: Person) -> None:
    paper = drafted()
    write(paper, {"demand": "甲"}, by=officer, at=LATER, version=paper.version)
    with pytest.raises(Changed):
        write(paper, {"demand": "乙"}, by=officer, at=LATER, version=paper.version)


def test_papers_of_measures_are_drafted_from_measures(checked: Case, decided: Measure, officer: Person) -> None:
    assert {"penalty-notice", "penalty-decision", "hearing-notice", "service-receipt"} == {
        one.id for one in kinds_for(decided, LATER)
    }
    assert "penalty-decision" not in {one.id for one in kinds_for(None, LATER)}
    with pytest.raises(CaseActError, match="drafted from here"):
        draft(checked, "penalty-decision", by=officer, at=LATER)
    with pytest.raises(CaseActError, match="no paper"):
        record_for("poem", LATER)


def test_a_demonstration_takes_its_measures_and_papers_along_when_it_goes(
    drafted: Callable[..., Paper], checked: Case, decided: Measure, officer: Person
) -> None:
    issue(drafted("penalty-decision", decided), by=officer, at=LATER)
    daily = Proposal(
        "daily-fine", "某建设公司", "拒不改正", base=decided, served=date(2019, 5, 7), found=[date(2019, 5, 9)]
    )
    propose(checked, daily, by=officer, at=LATER)
    Case.objects.filter(pk=checked.pk).update(synthetic=True)
    forget_synthetic([], [])
    assert [kind.objects.count() for kind in (Case, Measure, Paper)] == [0, 0, 0]
