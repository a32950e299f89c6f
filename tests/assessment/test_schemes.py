"""Assessments by schemes: what is frozen, who may do what, appeals and findings, and what the pages show to whom."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx import Document

from lantian.apps.accounts.models import Area, Organisation, Person, Post
from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.assessment import rules
from lantian.apps.assessment.marking import read, written
from lantian.apps.assessment.models import (
    Assessment,
    AssessmentAppeal,
    AssessmentSnapshot,
    BodyResult,
    EnteredFigure,
    FeedbackBatch,
    Problem,
    VetoFinding,
)
from lantian.apps.assessment.models.bulletins import FrozenError
from lantian.apps.assessment.services.schemes.acts import (
    Acting,
    AssessmentError,
    content_of,
    draft,
    give_back,
    publish,
    refresh,
    submit,
    withdraw,
)
from lantian.apps.assessment.services.schemes.appeals import Answer, NewAppeal, answer, file_appeal
from lantian.apps.assessment.services.schemes.demo import PAPER, fill_assessments, forget_synthetic
from lantian.apps.assessment.services.schemes.entries import NewEntries, enter_figures
from lantian.apps.assessment.services.schemes.findings import NewFinding, enter_finding, find_in_case, revoke
from lantian.apps.assessment.services.schemes.inputs import inputs_of
from lantian.apps.cases.models import Case, CaseStep, CaseThread
from lantian.apps.ledger.services.attachments import Sent
from lantian.apps.ui import middleware
from lantian.apps.ui.official.validator import check_docx
from lantian.kernel.instants import beijing_day
from lantian.policy.assessments import (
    AssessmentRulesError,
    rule_words,
    scheme_named,
    schemes,
    term_named,
    term_of,
)
from lantian.policy.reader import load_pack

pytestmark = pytest.mark.django_db
YEAR = "2026"
SPRING = beijing_day(date(2026, 4, 14), 10)
JANUARY = beijing_day(date(2027, 1, 11), 9)
HOUR = timedelta(hours=1)
FILE = Sent("依据.pdf", PAPER)
FIRST, SECOND, THIRD = "110105001", "110105002", "110105003"
Make = Callable[..., Person]


@pytest.fixture
def district(db: None, tmp_path: Path, settings: Any) -> None:
    """Three streets with their offices, and the environment bureau, of the pack."""
    settings.DATA_DIR, settings.PACK = tmp_path, "cn-110105-2018"
    top = Area.objects.create(code="110105", name_zh="朝阳区", name_en="Chaoyang", kind="district")
    for order, (code, name) in enumerate(((FIRST, "建外街道"), (SECOND, "朝外街道"), (THIRD, "呼家楼街道"))):
        area = Area.objects.create(
            code=code, name_zh=name, name_en=f"Street {order}", kind="street", parent=top, order=order
        )
        Organisation.objects.create(code=f"office-{code}", name_zh=f"{name}办事处", kind="street_office", area=area)
    for code in ("environment", "urban-enforcement", "housing", "police", "discipline"):
        Organisation.objects.create(code=code, name_zh=code, name_en=code, kind="bureau")


@pytest.fixture
def person(district: None) -> Make:
    """Return a maker of people."""

    def make(role: str, organisation: str = "environment", name: str = "") -> Person:
        found = Person.objects.create_person(name or f"{role}-{organisation}", None, name_zh="某人", name_en="Somebody")
        Post.objects.create(person=found, role=role, organisation_id=organisation)
        return found

    return make


@pytest.fixture
def drafter(person: Make) -> Person:
    return person("duty", name="drafter")


@pytest.fixture
def publisher(person: Make) -> Person:
    return person("duty", name="publisher")


def a_case(area: str, **given: Any) -> Case:
    serial = Case.objects.count() + 1
    values: dict[str, Any] = {
        "type": "dust-violation", "year": 2026, "serial": serial, "number": f"朝扬尘案〔2026〕{serial}号",
        "slug": f"case-{serial}", "title": "裸土未覆盖", "origin": "own", "area_code": area, "happened_at": SPRING,
        "opened_at": SPRING,
    }  # fmt: skip
    return Case.objects.create(**values | given)


def steps(area: str, in_time: int, late: int) -> None:
    """Steps of cases in a street, due in April 2026, taken in time or an hour late."""
    for number in range(in_time + late):
        CaseThread.objects.create(
            case=a_case(area), number=1, step="verify", holder_id="urban-enforcement", since=SPRING, due_at=SPRING,
            ended_at=SPRING - HOUR if number < in_time else SPRING + HOUR,
        )  # fmt: skip


def enter(by: Person, at: datetime, **values: str) -> None:
    """Enter the groundwork of streets by the end of their codes: ``s1="95"``."""
    figures = {f"11010500{name[1:]}": Decimal(value) for name, value in values.items()}
    enter_figures(NewEntries("yearly-streets", YEAR, "groundwork", figures, "年终检查", FILE), Acting(by, at))


@pytest.fixture
def facts(drafter: Person) -> None:
    """Streets one to three with 9, 6 and 4 of 10 steps in time, and groundwork of 95, 80 and 60."""
    for area, in_time in ((FIRST, 9), (SECOND, 6), (THIRD, 4)):
        steps(area, in_time, 10 - in_time)
    enter(drafter, JANUARY - HOUR, s1="95", s2="80", s3="60")


@pytest.fixture
def published(facts: None, drafter: Person, publisher: Person) -> Assessment:
    """The year's assessment, published."""
    made = submit(draft("yearly-streets", YEAR, Acting(drafter, JANUARY)), Acting(drafter, JANUARY))
    return publish(made, Acting(publisher, JANUARY + HOUR))


def result(assessment: Assessment, body: str) -> BodyResult:
    return assessment.results.get(body=body)


def texts(content: bytes) -> str:
    """Return all that a DOCX says, tables too."""
    word = Document(BytesIO(content))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in word.paragraphs), *cells])


# --- what is marked


def test_marks_follow_from_the_figures_and_weights_without_data_are_spread(facts: None, drafter: Person) -> None:
    made = draft("yearly-streets", YEAR, Acting(drafter, JANUARY))
    marks = {one.item: one for one in result(made, FIRST).marks.all()}
    # 90 % in time: (90 − 60) ÷ 35; only cases (15) and groundwork (10) have data beside what is counted as none
    kept = [one for one in marks.values() if one.kind == "indicator" and one.state != "spread"]
    assert {"cases", "groundwork"} <= {one.item for one in kept}
    assert sum(one.most or 0 for one in kept) == 100
    cases = marks["cases"]
    assert cases.most is not None
    assert cases.points == (Decimal(30) / Decimal(35) * cases.most).quantize(Decimal("0.01"))
    assert cases.figure_zh == "90 %（到期环节 10，按期 9）"
    assert cases.formula_zh.startswith("(90 − 60) ÷ (95 − 60) × ")
    assert marks["pm25"].state == "spread"
    ranks = list(made.results.order_by("order").values_list("rank", flat=True))
    assert ranks == [1, 2, 3]


def test_a_snapshot_alone_gives_the_same_marks_and_is_not_changed(facts: None, drafter: Person) -> None:
    made = draft("yearly-streets", YEAR, Acting(drafter, JANUARY))
    inputs = read(made.snapshot.data)
    assert written(inputs) == made.snapshot.data
    assert {code: one.total for code, one in inputs.scores().items()} == dict(made.results.values_list("body", "total"))
    with pytest.raises(FrozenError):
        AssessmentSnapshot.objects.get().save()
    with pytest.raises(FrozenError):
        EnteredFigure.objects.all()[0].delete()


def test_a_draft_with_open_entries_or_of_a_running_year_is_not_submitted(drafter: Person) -> None:
    running = draft("yearly-streets", YEAR, Acting(drafter, SPRING))
    with pytest.raises(AssessmentError, match="was not over"):
        submit(running, Acting(drafter, JANUARY))
    with pytest.raises(AssessmentError, match="3 figures have to be entered"):
        submit(refresh(running, Acting(drafter, JANUARY)), Acting(drafter, JANUARY))
    with pytest.raises(AssessmentError, match="not begun"):
        draft("yearly-streets", "2027", Acting(drafter, SPRING))


def test_a_published_assessment_has_number_papers_and_snapshot(published: Assessment) -> None:
    assert (published.number, str(published.day), published.state) == ("朝环考〔2027〕1号", "2027-01-11", "published")
    docx, pdf = content_of(published, "docx"), content_of(published, "pdf")
    assert check_docx(docx) == []
    assert pdf.startswith(b"%PDF-")
    said = texts(docx)
    assert "关于2026年度街道、地区大气污染防治" in said
    assert "对3个街道、地区2026年度" in said
    assert f"数据快照 {published.snapshot.short}" in said
    assert "自公布之日起10个工作日内" in said
    assert published.docx.endswith(f"{published.docx_sha256}.docx")


def test_nobody_publishes_what_they_drafted_or_submitted_and_roles_are_asked(
    facts: None, drafter: Person, publisher: Person, person: Make
) -> None:
    made = draft("yearly-streets", YEAR, Acting(drafter, JANUARY))
    waiting = submit(made, Acting(publisher, JANUARY))
    for one in (drafter, publisher):
        with pytest.raises(AssessmentError, match="does not publish it"):
            publish(waiting, Acting(one, JANUARY))
    with pytest.raises(AssessmentError, match="do not allow"):
        publish(waiting, Acting(person("street", f"office-{FIRST}"), JANUARY))
    back = give_back(waiting, "核对排名", Acting(publisher, JANUARY))
    assert (back.state, back.history.last().reason) == ("draft", "核对排名")  # type: ignore[union-attr]
    with pytest.raises(AssessmentError, match="Say why"):
        withdraw(back, " ", Acting(drafter, JANUARY))
    with pytest.raises(AssessmentError, match="changed since"):
        withdraw(back, "作废", Acting(drafter, JANUARY, 1))
    gone = withdraw(back, "作废", Acting(drafter, JANUARY))
    with pytest.raises(AssessmentError, match="cannot be done"):
        refresh(gone, Acting(drafter, JANUARY))
    assert draft("yearly-streets", YEAR, Acting(drafter, JANUARY)).version == 2


def test_what_is_entered_needs_a_file_a_reason_and_a_fitting_figure(drafter: Person) -> None:
    base = NewEntries("yearly-streets", YEAR, "groundwork", {FIRST: Decimal(90)}, "年终检查", FILE)
    acting = Acting(drafter, JANUARY)
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"item": "cases"}, "not entered by hand"),
        ({"values": {}}, "No figure"),
        ({"file": None}, "Add the file"),
        ({"values": {"110105999": Decimal(1)}}, "Not assessed"),
        ({"values": {FIRST: Decimal(101)}}, "lies outside"),
        ({"item": "praise", "values": {FIRST: Decimal("0.5")}}, "lies outside"),
        ({"reason": " "}, "Say why"),
    )
    for changed, message in wrong:
        with pytest.raises(AssessmentError, match=message):
            enter_figures(NewEntries(**{**base.__dict__, **changed}), acting)
    assert enter_figures(base, acting)[0].file_sha256


# --- findings and vetoes


def falsified(area: str, by: Person) -> Case:
    """A case of falsified data whose last step fails the assessment."""
    case = a_case(area, type="data-falsification", number="朝数据〔2026〕1号", slug="falsified")
    step = CaseStep.objects.create(
        case=case, at=JANUARY, kind="taken", step="fail", outcome="failed", reason="采样口被遮挡", by=by
    )
    find_in_case(case, "taken")
    assert VetoFinding.objects.get(case=case).step == step.pk
    return case


@pytest.mark.row("S51")
def test_a_finding_after_publication_drafts_a_correction_with_was_and_is(
    published: Assessment, publisher: Person, drafter: Person
) -> None:
    best = result(published, FIRST)
    assert best.rank == 1
    falsified(FIRST, publisher)
    open_now = Assessment.objects.open().get()
    assert (open_now.version, open_now.previous, open_now.drafted_by) == (2, published, None)
    after = result(open_now, FIRST)
    assert (after.failed, after.grade, after.rank, after.total) == (True, "failed", None, best.total)
    assert "朝数据〔2026〕1号认定" in open_now.reason
    done = publish(submit(open_now, Acting(drafter, JANUARY + HOUR)), Acting(publisher, JANUARY + 2 * HOUR))
    said = texts(content_of(done, "docx"))
    assert best.total is not None
    assert f"得分{best.total:.2f}分（按分数为" in said
    assert "等次原为" in said
    assert "一票否决" in said
    assert content_of(published, "docx")  # what was published stands as it was


def test_a_finding_counts_in_the_year_in_which_it_happened_and_once(drafter: Person, publisher: Person) -> None:
    case = falsified(SECOND, publisher)
    record = scheme_named(rules.pack(), "yearly-streets", date(2026, 12, 31))
    assert SECOND in inputs_of(record, term_named("2026"), JANUARY + HOUR).findings
    assert inputs_of(record, term_named("2027"), JANUARY + HOUR).findings == {}
    final = scheme_named(rules.pack(), "final-streets", date(2026, 12, 31))
    assert inputs_of(final, term_named("2018-2020"), JANUARY + HOUR).findings == {}
    assert VetoFinding.objects.filter(case=case).count() == 1


def test_a_finding_is_revoked_by_another_person_with_its_paper(
    published: Assessment, publisher: Person, drafter: Person
) -> None:
    falsified(FIRST, publisher)
    found = VetoFinding.objects.get()
    later = JANUARY + 3 * HOUR
    for acting, file, message in (
        (Acting(publisher, later), FILE, "Whoever made"),
        (Acting(drafter, later), None, "Add the paper"),
    ):
        with pytest.raises(AssessmentError, match=message):
            revoke(found, "复议撤销", file, acting)
    done = revoke(found, "复议撤销", FILE, Acting(drafter, later))
    assert done.revoke_sha256
    open_now = Assessment.objects.open().get()
    assert result(open_now, FIRST).grade == result(published, FIRST).grade
    assert "撤销" in open_now.history.last().reason  # type: ignore[union-attr]
    with pytest.raises(AssessmentError, match="revoked already"):
        revoke(done, "再撤", FILE, Acting(drafter, later))


def test_other_findings_are_entered_with_evidence_and_limit_the_grade(facts: None, drafter: Person) -> None:
    new = NewFinding("summoned", FIRST, date(2026, 6, 1), "市级约谈", FILE)
    acting = Acting(drafter, JANUARY)
    for changed, message in (
        ({"veto": "falsification"}, "A case makes this finding"),
        ({"file": None}, "Add the paper"),
        ({"happened": date(2028, 1, 1)}, "in the future"),
        ({"body": "nowhere"}, "not assessed"),
    ):
        with pytest.raises(AssessmentError, match=message):
            enter_finding(NewFinding(**{**new.__dict__, **changed}), acting)
    enter_finding(new, acting)
    enter(drafter, JANUARY, s1="100")
    CaseThread.objects.filter(case__area_code=FIRST).update(ended_at=SPRING - HOUR)
    got = result(draft("yearly-streets", YEAR, acting), FIRST)
    assert (got.by_score, got.grade, got.failed, got.rank) == ("excellent", "good", False, 1)


# --- appeals


@pytest.fixture
def street(person: Make) -> Person:
    return person("street", f"office-{SECOND}")


def appealed(
    published: Assessment, by: Person, item: str = "cases", at: datetime = JANUARY + 24 * HOUR
) -> AssessmentAppeal:
    return file_appeal(NewAppeal(published, SECOND, item, "系统时钟有误，实际按期", FILE), Acting(by, at))


def test_an_accepted_appeal_leads_to_another_version_and_never_changes_what_is_published(
    published: Assessment, street: Person, publisher: Person
) -> None:
    before = content_of(published, "docx")
    found = appealed(published, street)
    assert str(found.due) == "2027-01-25"  # ten working days after Monday 11 January
    done = answer(found, Answer(True, "核对日志属实", Decimal("14.5")), Acting(publisher, JANUARY + 48 * HOUR))
    assert done.led_to is not None
    mark = result(done.led_to, SECOND).marks.get(item="cases")
    assert (mark.points, mark.state) == (Decimal("14.5"), "decided")
    assert "申诉成立，改定为 14.5 分：核对日志属实" in mark.formula_zh
    assert content_of(published, "docx") == before
    assert result(published, SECOND).marks.get(item="cases").state == "marked"


def test_an_appeal_is_filed_by_the_body_in_time_with_evidence(
    published: Assessment, street: Person, publisher: Person, person: Make
) -> None:
    with pytest.raises(AssessmentError, match="Only the assessed body"):
        appealed(published, person("street", f"office-{FIRST}"))
    with pytest.raises(AssessmentError, match="until 2027-01-25"):
        appealed(published, street, at=beijing_day(date(2027, 1, 26), 9))
    with pytest.raises(AssessmentError, match="no such item"):
        appealed(published, street, "falsification")
    with pytest.raises(AssessmentError, match="Add the evidence"):
        file_appeal(NewAppeal(published, SECOND, "cases", "x", None), Acting(street, JANUARY + HOUR))
    appealed(published, street)
    with pytest.raises(AssessmentError, match="waits for its answer"):
        appealed(published, street)


def test_an_appeal_is_answered_by_somebody_else_with_a_reason(
    published: Assessment, street: Person, drafter: Person, publisher: Person
) -> None:
    found = appealed(published, street)
    with pytest.raises(AssessmentError, match="nor drafted"):
        answer(found, Answer(False, "不成立"), Acting(drafter, JANUARY + 48 * HOUR))
    with pytest.raises(AssessmentError, match="Say why"):
        answer(found, Answer(False, " "), Acting(publisher, JANUARY + 48 * HOUR))
    with pytest.raises(AssessmentError, match="at most the weight"):
        answer(found, Answer(True, "属实", Decimal(16)), Acting(publisher, JANUARY + 48 * HOUR))
    done = answer(found, Answer(False, "日志显示逾期"), Acting(publisher, JANUARY + 48 * HOUR))
    assert (done.state, done.led_to, Assessment.objects.open().exists()) == ("rejected", None, False)
    with pytest.raises(AssessmentError, match="answered already"):
        answer(done, Answer(False, "再答"), Acting(publisher, JANUARY + 49 * HOUR))


def test_an_appeal_upheld_against_a_veto_revokes_its_finding(
    published: Assessment, drafter: Person, publisher: Person, person: Make
) -> None:
    third = person("duty", name="third")
    falsified(FIRST, publisher)
    again = publish(
        submit(Assessment.objects.open().get(), Acting(drafter, JANUARY + HOUR)), Acting(publisher, JANUARY + HOUR)
    )
    own = person("street", f"office-{FIRST}")
    found = file_appeal(
        NewAppeal(again, FIRST, "falsification", "设备自身故障", FILE), Acting(own, JANUARY + 24 * HOUR)
    )
    done = answer(found, Answer(True, "复核属实，撤销认定"), Acting(third, JANUARY + 48 * HOUR))
    assert VetoFinding.objects.get().revoked_by == third
    assert done.led_to is not None
    assert not result(done.led_to, FIRST).failed


# --- pages


@pytest.fixture
def january(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock that requests read stands in January 2027."""

    class Clock:
        @classmethod
        def now(cls, tz: Any) -> datetime:
            return (JANUARY + 2 * HOUR).astimezone(tz)

    monkeypatch.setattr(middleware, "datetime", Clock)


def client(person: Person) -> Client:
    made = Client()
    made.force_login(person)
    return made


def test_before_publication_a_body_sees_its_own_marks_alone(
    january: None, facts: None, drafter: Person, street: Person
) -> None:
    draft("yearly-streets", YEAR, Acting(drafter, JANUARY))
    page = client(street).get("/assessment/schemes/yearly-streets/2026/").content.decode()
    assert "朝外街道" in page
    assert "建外街道" not in page
    assert client(street).get(f"/assessment/schemes/yearly-streets/2026/{SECOND}/").status_code == 200
    assert client(street).get(f"/assessment/schemes/yearly-streets/2026/{FIRST}/").status_code == 404
    assert client(street).get("/assessment/schemes/yearly-streets/2026/file/docx/").status_code == 404
    snapshot = AssessmentSnapshot.objects.get().pk
    assert client(street).get(f"/assessment/schemes/yearly-streets/2026/snapshot/{snapshot}/").status_code == 404
    whole = client(drafter).get("/assessment/schemes/yearly-streets/2026/").content.decode()
    assert "建外街道" in whole
    assert "按快照重算，与所列得分一致" in whole


def test_after_publication_everybody_sees_the_table_the_papers_and_why(
    january: None, published: Assessment, street: Person
) -> None:
    reader = client(street)
    page = reader.get("/assessment/schemes/yearly-streets/2026/?compare=1").content.decode()
    assert "建外街道" in page
    assert "没有变化：现在重算" in page
    body = reader.get(f"/assessment/schemes/yearly-streets/2026/{FIRST}/").content.decode()
    assert "(90 − 60) ÷ (95 − 60)" in body
    assert "第三十一条" in body
    assert "case-" in body  # the late case behind the figure
    assert reader.get("/assessment/schemes/yearly-streets/2026/file/pdf/").content.startswith(b"%PDF-")
    assert (
        reader.get(f"/assessment/schemes/yearly-streets/2026/snapshot/{published.snapshot_id}/").json()["format"] == 1
    )
    entry = EnteredFigure.objects.first()
    assert entry is not None
    assert reader.get(f"/assessment/schemes/entries/{entry.pk}/").content == PAPER


def test_the_schemes_are_explained_with_weights_rules_and_sources(january: None, drafter: Person) -> None:
    page = client(drafter).get("/assessment/schemes/").content.decode()
    for words in (
        "街乡年度考核",
        "部门终期考核",
        "粗颗粒物月度结果",
        "第十条",
        "结果直接认定为不合格，不以得分抵销",
        "权重待核实",
    ):
        assert words in page
    english = client(drafter).get("/assessment/schemes/", headers={"accept-language": "en"}).content.decode()
    assert "Fine particles" in english


def test_the_year_goes_from_draft_to_appeal_through_the_pages(
    january: None, facts: None, drafter: Person, publisher: Person, street: Person
) -> None:
    base = "/assessment/schemes/yearly-streets/2026/"
    desk, chief, office = client(drafter), client(publisher), client(street)
    assert office.post(f"{base}act/draft/").status_code == 403
    assert "此考核期还没有稿件" in desk.get(base).content.decode()
    desk.post(f"{base}act/draft/")
    form = {"item": "praise", f"value-{FIRST}": "2", f"value-{SECOND}": "", "reason": "通报表扬"}
    desk.post(f"{base}enter/", form | {"file": SimpleUploadedFile("通报.pdf", PAPER)})
    assert "×" in desk.get(f"{base}{FIRST}/").content.decode()
    made = Assessment.objects.get()
    assert result(made, FIRST).marks.get(item="praise").points == 2
    desk.post(f"{base}act/submit/", {"revision": made.revision})
    chief.post(f"{base}act/publish/")
    assert "朝环考〔2027〕1号" in office.get(base).content.decode()
    appeal = {"item": "cases", "reason": "时钟有误", "file": SimpleUploadedFile("证据.pdf", PAPER)}
    office.post(f"{base}{SECOND}/appeal/", appeal)
    found = AssessmentAppeal.objects.get()
    page = chief.get(f"/assessment/schemes/appeals/{found.pk}/").content.decode()
    assert "时钟有误" in page
    assert chief.get(f"/assessment/schemes/appeals/{found.pk}/file/").content == PAPER
    assert "须由他人复核" in desk.get(f"/assessment/schemes/appeals/{found.pk}/").content.decode()
    chief.post(f"/assessment/schemes/appeals/{found.pk}/answer/", {"decision": "rejected", "answer": "日志显示逾期"})
    assert "日志显示逾期" in office.get("/assessment/schemes/appeals/").content.decode()
    assert chief.post(f"{base}act/nothing/").status_code == 404
    assert desk.get("/assessment/schemes/yearly-streets/2026-W01/").status_code == 404


def test_findings_are_listed_entered_and_revoked_through_the_page(
    january: None, facts: None, drafter: Person, publisher: Person, street: Person
) -> None:
    form = {"veto": "summoned", "body": SECOND, "happened": "2026-06-01", "reason": "市级约谈"}
    client(drafter).post("/assessment/schemes/findings/new/", form | {"file": SimpleUploadedFile("约谈.pdf", PAPER)})
    found = VetoFinding.objects.get()
    page = client(publisher).get("/assessment/schemes/findings/").content.decode()
    assert "市级约谈" in page
    assert "等次最高为良好" in page
    assert "市级约谈" in client(street).get("/assessment/schemes/findings/").content.decode()
    assert client(publisher).get(f"/assessment/schemes/findings/{found.pk}/finding/").content == PAPER
    revoking = {"reason": "撤销约谈", "file": SimpleUploadedFile("撤销.pdf", PAPER)}
    client(publisher).post(f"/assessment/schemes/findings/{found.pk}/revoke/", revoking)
    found.refresh_from_db()
    assert found.revoke_reason == "撤销约谈"
    assert client(street).post(f"/assessment/schemes/findings/{found.pk}/revoke/").status_code == 403


# --- departments, the final assessment, the demonstration


def test_departments_are_marked_by_the_steps_that_they_hold(drafter: Person) -> None:
    steps(FIRST, 3, 1)
    made = draft("yearly-departments", YEAR, Acting(drafter, JANUARY))
    mark = result(made, "urban-enforcement").marks.get(item="cases")
    assert mark.figure_zh == "75 %（到期环节 4，按期 3）"
    assert result(made, "housing").marks.get(item="cases").state == "spread"


def test_the_final_assessment_rests_on_the_years_that_were_published(person: Make, drafter: Person) -> None:
    for year, total in (("2018", "80"), ("2019", "90")):
        snapshot = AssessmentSnapshot.objects.create(
            id=year * 16, scheme="yearly-streets", term=year, known_at=SPRING, data={}, made_at=SPRING
        )
        made = Assessment.objects.create(
            scheme="yearly-streets", term=year, state="published", snapshot=snapshot, drafted_at=SPRING,
            published_at=SPRING, day=date(2026, 4, 14), number=f"n{year}",
        )  # fmt: skip
        BodyResult.objects.create(assessment=made, body=FIRST, name_zh="x", name_en="x", total=Decimal(total))
    record = scheme_named(rules.pack(), "final-streets", date(2020, 12, 31))
    inputs = inputs_of(record, term_of(record, "2018-2020"), JANUARY)
    assert inputs.figures[FIRST]["years"].said.zh.startswith("平均 85（2018: 80、2019: 90")
    assert inputs.figures[SECOND]["years"].figure is None
    assert draft("final-streets", "2018-2020", Acting(drafter, JANUARY)).term == "2018-2020"


def test_a_scheme_judges_its_own_terms_alone() -> None:
    pack = load_pack("cn-110105-2018")
    yearly, final = (scheme_named(pack, name, date(2026, 1, 1)) for name in ("yearly-streets", "final-streets"))
    assert term_of(yearly, "2026").words.zh == "2026年度"
    assert term_of(final, "2018-2020").words.en == "2018–2020"
    for record, name in ((yearly, "2018-2020"), (final, "2018-2019"), (final, "2020"), (yearly, "2026-W10")):
        with pytest.raises(AssessmentRulesError):
            term_of(record, name)
    with pytest.raises(AssessmentRulesError):
        scheme_named(pack, "nothing", date(2026, 1, 1))
    assert "得满分" in rule_words(yearly.indicator("cases")).zh
    assert [one.scheme().full for one in schemes(pack, date(2026, 1, 1))] == [100] * 4


def test_a_demonstration_has_drafts_and_a_veto_and_forgets_them(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR, settings.PACK, settings.DEMO = tmp_path, "cn-110105-2018", True
    sync_pack(load_pack(settings.PACK), at=datetime(2026, 1, 1, tzinfo=UTC))
    duty = Person.objects.create_person("duty", None, name_zh="值班员甲", name_en="Duty")
    duty.demo = True
    duty.save()
    Post.objects.create(person=duty, role="duty", organisation_id="environment")
    now = beijing_day(date(2026, 11, 26), 9)
    assert fill_assessments(at=now) == 2
    assert fill_assessments(at=now) == 0
    failed = BodyResult.objects.filter(failed=True)
    assert [(one.body, one.grade) for one in failed] == [("110105013", "failed")]
    forget_synthetic([], [])
    assert not Assessment.objects.exists()
    assert not VetoFinding.objects.exists()


# --- figures of other mechanisms


def test_overdue_problems_of_inspectors_take_marks_by_steps(facts: None, drafter: Person) -> None:
    record = scheme_named(rules.pack(), "yearly-streets", date(2026, 12, 31))
    nothing = inputs_of(record, term_named(YEAR), JANUARY).figures[FIRST]["rectification"]
    assert nothing.figure is None
    batch = FeedbackBatch.objects.create(
        source="district", round="第一轮", number="督〔2026〕1号", day=date(2026, 3, 1), made_at=SPRING
    )
    for number, (area, lead) in enumerate(((FIRST, "housing"), (FIRST, "housing"), ("", f"office-{SECOND}"))):
        case = a_case(area, type="inspector-problem", number=f"督{number}", slug=f"problem-{number}")
        CaseThread.objects.create(case=case, number=1, step="plan", holder_id="housing", since=SPRING)
        Problem.objects.create(
            batch=batch, list_number=str(number), text="裸地", category="dust", lead_id=lead, area_code=area,
            deadline=date(2026, 6, 1), case=case,
        )  # fmt: skip
    found = inputs_of(record, term_named(YEAR), JANUARY).figures
    said = [found[code]["rectification"].said.zh for code in (FIRST, SECOND, THIRD)]
    assert said == ["2 项逾期", "1 项逾期", "0 项逾期"]
    marks = {code: one.marks for code, one in inputs_of(record, term_named(YEAR), JANUARY).scores().items()}
    shares = [next(one for one in marks[code] if one.id == "rectification") for code in (FIRST, SECOND, THIRD)]
    assert [(one.points / one.most).quantize(Decimal("0.01")) for one in shares] == [Decimal("0.2"), Decimal("0.6"), 1]
    departments = scheme_named(rules.pack(), "yearly-departments", date(2026, 12, 31))
    assert inputs_of(departments, term_named(YEAR), JANUARY).figures["housing"]["rectification"].said.zh == "2 项逾期"
