"""The catalogue of measures and the papers of the packs: every step, period, factor and paper that is named exists."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from lantian.policy.measures import MeasureRules, period_of
from lantian.policy.reader import load_pack, shipped_packs
from lantian.policy.records_case import CaseLadderRecord
from lantian.policy.records_document import CaseDocumentRecord, PaperWordRecord, filled
from lantian.policy.records_measure import BandRecord, MeasureProcedureRecord, MeasureRecord, TermRecord
from lantian.policy.records_plan import Organisation
from lantian.workflow.clocks import Period

CHAOYANG = load_pack("cn-110105-2018")
RULES = MeasureRules(CHAOYANG)
DAYS = [date(2019, 5, 6), date(2021, 7, 14), date(2021, 7, 15), date(2026, 8, 14), date(2026, 8, 15)]
"""Days on both sides of each change of the law that the packs know."""


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_measure_has_its_steps_periods_factors_and_papers_on_every_day(day: date) -> None:
    papers = {one.id for one in CHAOYANG.on(CaseDocumentRecord, day)}
    for record in RULES.catalogue(day):
        procedure = RULES.procedure(record, day)
        assert {step.document for step in procedure.steps if step.document} <= papers, record.id
        for step in procedure.steps:
            assert all(RULES.deadline(clock.deadline, day).count for clock in step.starts)
            assert all(RULES.deadline(name, day).count for name in step.ends if name != "publication")
        assert len(RULES.factors(record, day)) == len(record.factors)
        assert record.citation.zh
        assert any(not step.to for step in procedure.steps)


def test_every_sanction_of_the_catalogue_is_a_level_of_a_ladder() -> None:
    levels = {level.consequence for ladder in CHAOYANG.all(CaseLadderRecord) for level in ladder.levels}
    carried = {record.consequence for record in CHAOYANG.all(MeasureRecord) if record.consequence}
    assert carried == {"stop", "bidding", "blacklist"}
    assert carried <= levels


def test_the_papers_that_the_issue_names_are_there() -> None:
    kinds = {record.zh for record in CHAOYANG.all(CaseDocumentRecord)}
    named = {
        "现场检查笔录",
        "责令改正通知书",
        "行政处罚事先告知书",
        "行政处罚决定书",
        "案件移送书",
        "送达回证",
        "督办单",
        "销号单",
    }
    assert named <= kinds


def test_words_of_papers_belong_to_organisations_and_signs_to_one_kind_each() -> None:
    organisations = {one.id for one in CHAOYANG.all(Organisation)} | {"default"}
    assert {one.id for one in CHAOYANG.all(PaperWordRecord)} <= organisations
    signs = [record.sign for record in CHAOYANG.all(CaseDocumentRecord)]
    assert len(signs) == len(set(signs))


@pytest.mark.parametrize(("name", "unit", "period"), [
    ("serving", "2019-05-06", Period(7, "calendar-day")),
    ("serving", "2022-05-06", Period(7, "working-day")),
    ("payment", "2022-05-06", Period(15, "calendar-day")),
    ("sealing", "2022-05-06", Period(30, "calendar-day", roll=False)),
])  # fmt: skip
def test_two_to_seven_days_are_working_days_since_the_revision(name: str, unit: str, period: Period) -> None:
    """行政处罚法 art. 85 of 2021: two, three, five and seven days are working days; longer periods are not."""
    assert period_of(RULES.deadline(name, date.fromisoformat(unit))) == period


@pytest.mark.parametrize("name", shipped_packs())
def test_procedures_end_and_lead_nowhere_else(name: str) -> None:
    for record in load_pack(name).layers[0].records:
        if isinstance(record, MeasureProcedureRecord):
            assert record.steps[0].id == "proposed"


COMMON: dict[str, Any] = {"id": "x", "zh": "甲", "en": "A", "standard": "法"}


@pytest.mark.parametrize(("kind", "values"), [
    (MeasureRecord, {"kind": "fine", "procedure": "general"}),
    (MeasureRecord, {"kind": "warning", "procedure": "general", "band": {"low": 1, "high": 2}}),
    (MeasureRecord, {"kind": "sanction", "procedure": "sanction"}),
    (MeasureProcedureRecord, {"steps": [{"id": "a", "zh": "甲", "en": "A", "to": ["b"]}]}),
    (MeasureProcedureRecord, {"steps": [{"id": "a", "zh": "甲", "en": "A"}, {"id": "b", "zh": "乙", "en": "B"}]}),
    (CaseDocumentRecord, {"sign": "罚", "title": "甲", "blocks": [{"text": "{nothing}"}]}),
    (CaseDocumentRecord, {"sign": "罚", "title": "甲", "blocks": [{"text": "甲", "heading": "乙"}]}),
    (CaseDocumentRecord, {"sign": "罚", "title": "甲", "blocks": [{"text": "甲"}],
                          "fields": [{"id": "party", "zh": "甲", "en": "A"}]}),
])  # fmt: skip
def test_a_record_that_does_not_hold_together_is_refused(kind: type[Any], values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        kind.model_validate(COMMON | values)


def test_a_band_that_is_upside_down_and_a_term_of_two_units_are_refused() -> None:
    with pytest.raises(ValidationError):
        BandRecord.model_validate({"low": 5, "high": 4})
    with pytest.raises(ValidationError):
        TermRecord.model_validate({"days": 5, "months": 4})


def test_what_is_not_known_yet_stays_open_in_a_text() -> None:
    assert filled("对{party}罚款{amount}元", {"amount": "5"}) == "对＿＿＿＿罚款5元"
