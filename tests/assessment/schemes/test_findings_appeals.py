"""Findings that fail or limit an assessment, and appeals: each by the right person, followed on record."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from lantian.apps.accounts.models import Person
from lantian.apps.assessment import rules
from lantian.apps.assessment.models import (
    Assessment,
    AssessmentAppeal,
    VetoFinding,
)
from lantian.apps.assessment.services.schemes.acts import (
    Acting,
    AssessmentError,
    draft,
    publish,
    refresh,
    submit,
    withdraw,
)
from lantian.apps.assessment.services.schemes.appeals import Answer, NewAppeal, answer, bounds_of, file_appeal, items_of
from lantian.apps.assessment.services.schemes.findings import NewFinding, enter_finding, find_in_case, revoke
from lantian.apps.assessment.services.schemes.inputs import inputs_in, inputs_of
from lantian.apps.assessment.services.signed import content_of
from lantian.apps.cases.models import Case, CaseStep, CaseThread
from lantian.apps.cases.services.regroup import Split, split
from lantian.apps.ledger.models import Source
from lantian.kernel.instants import beijing_day
from lantian.policy.assessments import (
    scheme_named,
    term_named,
)
from tests.assessment.schemes.conftest import (
    FILE,
    FIRST,
    HOUR,
    JANUARY,
    SECOND,
    SPRING,
    YEAR,
    Make,
    a_case,
    enter,
    falsified,
    result,
    texts,
)

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("area", ["", "110105"])
def test_a_case_without_street_finds_whom_it_fails_when_it_is_split_to_an_entry_of_the_ledgers(
    facts: None, publisher: Person, area: str
) -> None:
    def failed(case: Case) -> None:
        CaseStep.objects.create(case=case, at=JANUARY, kind="taken", step="fail", outcome="failed", by=publisher)
        find_in_case(case, "taken")

    case = a_case(area, type="data-falsification", number="朝数据〔2026〕1号", slug="falsified")
    for number, step in enumerate(("fail", "penalise"), 1):
        CaseThread.objects.create(case=case, number=number, step=step, holder_id="environment", since=JANUARY)
    with pytest.raises(AssessmentError, match="split this step off"):
        failed(case)
    site = Source.objects.create(
        kind="construction-site", code="GD-1", name="某工地", area_id=FIRST, created_at=SPRING, changed_at=SPRING
    )
    made = split(case, Split("", "责任在工地", [1], site), by=publisher, at=JANUARY)
    failed(made)
    assert VetoFinding.objects.get().body == FIRST


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
    most = result(published, SECOND).marks.get(item="cases").most
    assert most is not None
    for wrong in (None, most + 1, Decimal(-1)):
        with pytest.raises(AssessmentError, match=f"0—{most.normalize():f}"):
            answer(found, Answer(True, "属实", wrong), Acting(publisher, JANUARY + 48 * HOUR))
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


def test_marks_that_an_appeal_sets_reach_what_was_spread_over_the_item_and_never_fall(
    published: Assessment, person: Make, publisher: Person
) -> None:
    own = person("street", f"office-{FIRST}")
    mark = result(published, FIRST).marks.get(item="groundwork")
    assert mark.most is not None
    assert mark.weight is not None
    assert mark.points > mark.weight  # 95 of 100, and the weights of what has no data are spread over it
    new = NewAppeal(published, FIRST, "groundwork", "漏记一次宣传活动", FILE)
    found = file_appeal(new, Acting(own, JANUARY + 24 * HOUR))
    with pytest.raises(AssessmentError, match="for the body"):
        answer(found, Answer(True, "属实", mark.points - 1), Acting(publisher, JANUARY + 48 * HOUR))
    done = answer(found, Answer(True, "属实", mark.most), Acting(publisher, JANUARY + 48 * HOUR))
    assert done.led_to is not None
    assert result(done.led_to, FIRST).marks.get(item="groundwork").points == mark.most


def test_an_appeal_against_an_extra_sets_whole_times_that_are_no_worse(
    published: Assessment, street: Person, publisher: Person
) -> None:
    inputs = inputs_in(published)
    assert bounds_of(inputs, SECOND, "praise") == (Decimal(0), None)
    assert bounds_of(inputs, SECOND, "escalated") == (Decimal(0), Decimal(0))
    found = appealed(published, street, "praise")
    with pytest.raises(AssessmentError, match="≥ 0"):
        answer(found, Answer(True, "属实", Decimal("1.5")), Acting(publisher, JANUARY + 48 * HOUR))
    done = answer(found, Answer(True, "属实", Decimal(2)), Acting(publisher, JANUARY + 48 * HOUR))
    assert done.led_to is not None
    assert result(done.led_to, SECOND).marks.get(item="praise").points == 2


def test_an_appeal_that_is_upheld_late_takes_no_marks_from_a_version_that_followed(
    published: Assessment, street: Person, drafter: Person, publisher: Person
) -> None:
    found = appealed(published, street)
    before = result(published, SECOND).marks.get(item="cases").points
    CaseThread.objects.filter(case__area_code=SECOND).update(ended_at=SPRING - HOUR)  # as the records say since
    at = JANUARY + 26 * HOUR
    again = draft("yearly-streets", YEAR, Acting(drafter, at), "补录办结时间")
    publish(submit(again, Acting(drafter, at)), Acting(publisher, at))
    now = result(again, SECOND).marks.get(item="cases").points
    assert now > before
    with pytest.raises(AssessmentError, match="for the body"):
        answer(found, Answer(True, "核对日志属实", before + 1), Acting(publisher, JANUARY + 48 * HOUR))
    done = answer(found, Answer(True, "核对日志属实", now), Acting(publisher, JANUARY + 48 * HOUR))
    assert done.led_to is not None
    assert result(done.led_to, SECOND).marks.get(item="cases").points == now


@pytest.mark.row("S51")
def test_a_finding_gives_a_first_version_that_waits_for_publication_back_to_its_draft(
    facts: None, drafter: Person, publisher: Person
) -> None:
    waiting = submit(draft("yearly-streets", YEAR, Acting(drafter, JANUARY - HOUR)), Acting(drafter, JANUARY - HOUR))
    falsified(FIRST, publisher)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason, result(waiting, FIRST).grade) == ("draft", "", "failed")


@pytest.mark.row("S51")
def test_nothing_is_submitted_or_published_past_a_finding_or_past_its_end(
    facts: None, drafter: Person, publisher: Person, person: Make
) -> None:
    made = draft("yearly-streets", YEAR, Acting(drafter, JANUARY - HOUR))
    falsified(FIRST, publisher)
    with pytest.raises(AssessmentError, match="take them anew"):
        submit(made, Acting(drafter, JANUARY + HOUR))
    waiting = submit(refresh(made, Acting(drafter, JANUARY + HOUR)), Acting(drafter, JANUARY + HOUR))
    VetoFinding.objects.update(revoked_at=JANUARY + HOUR, revoke_reason="复议撤销")
    with pytest.raises(AssessmentError, match="take them anew"):
        publish(waiting, Acting(person("duty", name="third"), JANUARY + 2 * HOUR))


def test_a_falsification_that_is_confirmed_again_after_a_revocation_fails_again(
    facts: None, drafter: Person, publisher: Person
) -> None:
    case = falsified(FIRST, publisher)
    find_in_case(case, "taken")
    first = VetoFinding.objects.get()
    revoke(first, "程序瑕疵，撤销后重新认定", FILE, Acting(drafter, JANUARY + HOUR))
    find_in_case(case, "taken")
    assert list(VetoFinding.objects.order_by("pk").values_list("revoked_at", flat=True)) == [JANUARY + HOUR, None]


def test_a_falsification_that_would_fail_nobody_is_refused(district: None, publisher: Person) -> None:
    with pytest.raises(AssessmentError, match="would fail nobody"):
        falsified("", publisher)


def test_a_finding_that_is_sent_twice_is_entered_once(facts: None, drafter: Person) -> None:
    new = NewFinding("summoned", FIRST, date(2026, 6, 1), "市级约谈", FILE)
    enter_finding(new, Acting(drafter, JANUARY))
    with pytest.raises(AssessmentError, match="entered already"):
        enter_finding(new, Acting(drafter, JANUARY))
    assert VetoFinding.objects.count() == 1


def test_a_correction_names_every_reason_that_led_to_it(
    published: Assessment, street: Person, publisher: Person
) -> None:
    found = appealed(published, street)
    answer(found, Answer(True, "核对日志属实", Decimal("14.5")), Acting(publisher, JANUARY + 48 * HOUR))
    falsified(FIRST, publisher)
    open_now = Assessment.objects.open().get()
    assert open_now.reason == "申诉成立：核对日志属实；朝数据〔2026〕1号认定“篡改、伪造监测数据”"


@pytest.mark.row("S51")
def test_an_appeal_upheld_against_one_finding_leaves_the_other_to_fail_the_year(
    published: Assessment, drafter: Person, publisher: Person, person: Make
) -> None:
    first = falsified(FIRST, publisher)
    other = a_case(FIRST, type="data-falsification", number="朝数据〔2026〕2号", slug="falsified-2")
    CaseStep.objects.create(case=other, at=JANUARY, kind="taken", step="fail", outcome="failed", by=publisher)
    find_in_case(other, "taken")
    again = publish(
        submit(Assessment.objects.open().get(), Acting(drafter, JANUARY + HOUR)), Acting(publisher, JANUARY + HOUR)
    )
    one = VetoFinding.objects.get(case=first)
    names = items_of(inputs_in(again), FIRST)
    assert names[f"falsification-{one.pk}"].zh == "篡改、伪造监测数据（朝数据〔2026〕1号）"
    assert "falsification" not in names
    own = person("street", f"office-{FIRST}")
    new = NewAppeal(again, FIRST, f"falsification-{one.pk}", "设备自身故障", FILE)
    filed = file_appeal(new, Acting(own, JANUARY + 24 * HOUR))
    done = answer(filed, Answer(True, "复核属实"), Acting(person("duty", name="third"), JANUARY + 48 * HOUR))
    assert list(VetoFinding.objects.filter(revoked_at__isnull=True)) == [VetoFinding.objects.get(case=other)]
    assert done.led_to is not None
    assert result(done.led_to, FIRST).failed


@pytest.mark.row("S51")
def test_a_correction_that_is_owed_is_not_withdrawn(
    published: Assessment, drafter: Person, publisher: Person, street: Person
) -> None:
    falsified(FIRST, publisher)
    owed = Assessment.objects.open().get()
    with pytest.raises(AssessmentError, match="cannot be withdrawn"):
        withdraw(owed, "不更正了", Acting(drafter, JANUARY + HOUR))
    revoke(VetoFinding.objects.get(), "复议撤销", FILE, Acting(drafter, JANUARY + 2 * HOUR))
    owed.refresh_from_db()
    assert withdraw(owed, "认定已撤销，结果不变", Acting(drafter, JANUARY + 3 * HOUR)).state == "withdrawn"
    found = appealed(published, street)
    done = answer(found, Answer(True, "核对日志属实", Decimal("14.5")), Acting(publisher, JANUARY + 48 * HOUR))
    assert done.led_to is not None
    with pytest.raises(AssessmentError, match="cannot be withdrawn"):
        withdraw(done.led_to, "不更正了", Acting(drafter, JANUARY + 49 * HOUR))
