"""Where the figures of an assessment come from; departments, the final assessment, the demonstration."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lantian.apps.accounts.models import Person, Post
from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.assessment import rules
from lantian.apps.assessment.models import (
    Assessment,
    AssessmentAppeal,
    AssessmentSnapshot,
    BodyResult,
    BulletinCounter,
    FeedbackBatch,
    Problem,
    VetoFinding,
)
from lantian.apps.assessment.rankings import RankedPlace, RankingTable
from lantian.apps.assessment.selectors.rankings.ground import Ground
from lantian.apps.assessment.selectors.rankings.measured import Measured
from lantian.apps.assessment.services.schemes import readers, standings
from lantian.apps.assessment.services.schemes.acts import (
    Acting,
    draft,
)
from lantian.apps.assessment.services.schemes.checking import problems_of
from lantian.apps.assessment.services.schemes.demo import fill_assessments, forget_synthetic
from lantian.apps.assessment.services.schemes.inputs import inputs_of
from lantian.apps.cases.models import Case, CaseStep, CaseThread
from lantian.kernel.errors import Text
from lantian.kernel.instants import beijing_day
from lantian.kernel.periods import Period
from lantian.policy.assessments import (
    AssessmentRulesError,
    rule_words,
    scheme_named,
    schemes,
    term_named,
    term_of,
)
from lantian.policy.reader import load_pack
from lantian.policy.records_ranking import RankingRecord
from lantian.workflow.scoring_rules import Lit, Placed
from tests.assessment.schemes.conftest import (
    FIRST,
    HOUR,
    JANUARY,
    SECOND,
    SPRING,
    THIRD,
    YEAR,
    Make,
    a_case,
    result,
    steps,
)

pytestmark = pytest.mark.django_db


def test_departments_are_marked_by_the_steps_that_they_hold(drafter: Person) -> None:
    steps(FIRST, 3, 1)
    made = draft("yearly-departments", YEAR, Acting(drafter, JANUARY))
    mark = result(made, "urban-enforcement").marks.get(item="cases")
    assert mark.figure_zh == "75 %（到期环节 4，按期 3）"
    assert result(made, "housing").marks.get(item="cases").state == "spread"


def test_a_department_that_hands_a_step_on_after_its_end_still_answers_for_it(drafter: Person) -> None:
    steps(FIRST, 0, 1)
    late = CaseThread.objects.get()
    CaseStep.objects.create(case=late.case, at=SPRING + HOUR, kind="escalated", thread=late.number, level=1)
    for days, (former, to) in enumerate((("urban-enforcement", "housing"), ("housing", "water"))):
        CaseStep.objects.create(
            case=late.case, at=SPRING + (days + 2) * HOUR, kind="transferred", thread=late.number,
            detail={"from": former, "to": to},
        )  # fmt: skip
    CaseThread.objects.update(holder_id="housing")
    departments = scheme_named(rules.pack(), "yearly-departments", date(2026, 12, 31))
    inputs = inputs_of(departments, term_named(YEAR), JANUARY)
    assert inputs.figures["urban-enforcement"]["cases"].said.zh == "0 %（到期环节 1，按期 0）"
    assert inputs.counts["urban-enforcement"]["escalated"].count == 1
    assert inputs.counts["housing"]["escalated"].count == 0
    assert inputs.figures["housing"]["cases"].figure is None


def test_a_case_that_was_merged_counts_in_the_other_from_then_on(district: None) -> None:
    steps(FIRST, 3, 1)
    late, other = Case.objects.order_by("-serial")[:2]
    Case.objects.filter(pk=late.pk).update(merged_into=other, closed_at=JANUARY)
    record = scheme_named(rules.pack(), "yearly-streets", date(2026, 12, 31))
    said = [inputs_of(record, term_named(YEAR), at).figures[FIRST]["cases"].said.zh for at in (JANUARY - HOUR, JANUARY)]
    assert said == ["75 %（到期环节 4，按期 3）", "100 %（到期环节 3，按期 3）"]


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


def test_a_demonstration_has_drafts_a_veto_a_published_year_and_an_appeal_and_forgets_them(
    tmp_path: Path, settings: Any
) -> None:
    settings.DATA_DIR, settings.PACK, settings.DEMO = tmp_path, "cn-110105-2018", True
    sync_pack(load_pack(settings.PACK), at=datetime(2026, 1, 1, tzinfo=UTC))
    for name, role, office in (("duty", "duty", "environment"), ("street", "street", "office-110105001")):
        made = Person.objects.create_person(name, None, name_zh=name, name_en=name)
        Person.objects.filter(pk=made.pk).update(demo=True)
        Post.objects.create(person=made, role=role, organisation_id=office)
    now = beijing_day(date(2026, 11, 26), 9)
    assert fill_assessments(at=now) == 2
    assert fill_assessments(at=now) == 0
    failed = BodyResult.objects.filter(failed=True)
    assert [(one.body, one.grade) for one in failed] == [("110105013", "failed")]
    published = Assessment.objects.published().get()
    assert (published.term, published.number) == ("2025", "朝环考〔2026〕1号")
    assert AssessmentAppeal.objects.open().get().body == "110105001"
    assert problems_of([published], now) == []
    forget_synthetic([], [])
    assert not AssessmentAppeal.objects.exists()
    assert not BulletinCounter.objects.filter(word="朝环考").exists()
    assert not Assessment.objects.exists()
    assert not VetoFinding.objects.exists()


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
    before = scheme_named(rules.pack(), "yearly-streets", date(2025, 12, 31))
    assert inputs_of(before, term_named("2025"), JANUARY).figures[THIRD]["rectification"].figure is None
    marks = {code: one.marks for code, one in inputs_of(record, term_named(YEAR), JANUARY).scores().items()}
    shares = [next(one for one in marks[code] if one.id == "rectification") for code in (FIRST, SECOND, THIRD)]
    assert [(one.points / one.most).quantize(Decimal("0.01")) for one in shares] == [Decimal("0.2"), Decimal("0.6"), 1]
    departments = scheme_named(rules.pack(), "yearly-departments", date(2026, 12, 31))
    assert inputs_of(departments, term_named(YEAR), JANUARY).figures["housing"]["rectification"].said.zh == "2 项逾期"


def place(code: str, rank: int | None, band: int | None = None, value: str | None = "41.3") -> RankedPlace:
    state: Any = "ranked" if rank else "missing"
    note = Text("有效天数不足", "too few valid days") if rank is None else Text("", "")
    return RankedPlace(code, code, code, value, None, rank, state, note, band=band)


def test_a_place_in_a_ranking_is_marked_by_its_band_and_one_without_rank_has_no_figure(
    district: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def table(record: RankingRecord, period: Period, known_at: datetime) -> RankingTable:
        places = (place(FIRST, 1, 1), place(SECOND, 2, 2), place(THIRD, None, value=None))
        return RankingTable(
            record.id, "p", record.zh, record.en, record.subject, "street", str(period), known_at, record.unit, 1,
            record.first, 90, 1, places,
        )  # fmt: skip

    monkeypatch.setattr(standings, "ranking_of", table)
    record = scheme_named(rules.pack(), "yearly-streets", date(2026, 12, 31))
    inputs = inputs_of(record, term_named(YEAR), JANUARY)
    found = [inputs.figures[code]["pm25"] for code in (FIRST, SECOND, THIRD)]
    assert [one.figure for one in found] == [Placed(1, 2), Placed(2, 2), None]
    assert found[0].said.zh == "41.3 µg/m³，第 1 名（共 2 名），第 1 档（共 2 档）"
    assert found[2].said.zh == "有效天数不足"
    # 40 % of the marks for the last band
    marks = [next(one for one in inputs.scores()[code].marks if one.id == "pm25") for code in (FIRST, SECOND, THIRD)]
    assert [one.state for one in marks] == ["marked", "marked", "spread"]
    assert marks[1].points == (marks[1].most * Decimal("0.4")).quantize(Decimal("0.01"))


def test_monthly_results_count_by_the_mean_of_the_monthly_ranks(
    district: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # January: one before two before three; February: two before one, three without data; later months: nobody
    months = {1: (30, 40, 50), 2: (40, 30, None)}

    class Reader:
        def __init__(self, record: RankingRecord, ground: Ground) -> None:
            self.places = ()

        def between(self, first: date, last: date) -> Measured:
            values = zip((FIRST, SECOND, THIRD), months.get(first.month, (None,) * 3), strict=True)
            return Measured(values={code: Fraction(value) for code, value in values if value is not None})

    monkeypatch.setattr(standings, "READERS", {"coarse": Reader})
    monkeypatch.setattr(standings, "ranking_of", lambda record, period, known_at: FakeTable())
    record = scheme_named(rules.pack(), "yearly-streets", date(2026, 12, 31))
    found = inputs_of(record, term_named(YEAR), JANUARY).figures
    # mean ranks 1.5, 1.5 and 3: the first two share the first place
    placed = [found[code]["coarse"].figure for code in (FIRST, SECOND, THIRD)]
    assert placed == [Placed(1, 3), Placed(1, 3), Placed(3, 3)]
    assert found[FIRST]["coarse"].said.zh == "2 个月平均名次 1.5，第 1 名（共 3 名）"


class FakeTable:
    """A ranking without places."""

    places = ()


def test_lamps_checks_and_plans_are_read_for_those_who_answer_for_them(
    facts: None, drafter: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = a_case(SECOND)
    CaseStep.objects.create(case=case, at=SPRING, kind="taken", step="verify", outcome="violation")
    CaseStep.objects.create(case=case, at=SPRING, kind="escalated", thread=1, level=1)
    CaseThread.objects.create(case=case, number=1, step="decide", holder_id="housing", since=SPRING)
    task = SimpleNamespace(pk=1, number="13-1", zh="裸地治理", area_id=SECOND, parent_id=None)
    standing = SimpleNamespace(task=task, leads=["housing"], struck_on=None, lamp=SimpleNamespace(colour="red"))
    monkeypatch.setattr(readers, "board", lambda day, known_at: SimpleNamespace(walk=lambda: [standing]))
    streets = scheme_named(rules.pack(), "yearly-streets", date(2026, 12, 31))
    figures = inputs_of(streets, term_named(YEAR), JANUARY)
    red = {"green": Decimal(0), "yellow": Decimal(0), "red": Decimal(1), "grey": Decimal(0)}
    assert figures.figures[SECOND]["tasks"].figure == Lit(red)
    assert figures.figures[FIRST]["tasks"].figure is None
    assert figures.figures[SECOND]["checks"].said.zh == "检查 1 次，第 1 名（共 3 名），查处率 100 %"
    assert figures.counts[SECOND]["escalated"].count == 1
    departments = scheme_named(rules.pack(), "yearly-departments", date(2026, 12, 31))
    assert inputs_of(departments, term_named(YEAR), JANUARY).figures["housing"]["tasks"].said.zh == "逾期 1 项"
    assert inputs_of(departments, term_named(YEAR), JANUARY).counts["housing"]["escalated"].count == 1
